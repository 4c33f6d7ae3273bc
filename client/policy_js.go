//go:build js

package client

import "time"

// untrusted and retryAfter know nothing: a browser hides why a dial failed.

func untrusted(error) bool                          { return false }
func retryAfter(error, time.Duration) time.Duration { return 0 }
