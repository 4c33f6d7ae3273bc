//go:build js

package conformance

import "github.com/amphiwire/amphiwire/sse"

// withCookies has nothing to add: a browser keeps cookies by itself.
func withCookies(opts *sse.Options) *sse.Options { return opts }

// hangUp has nothing to close: the platform keeps connections for itself.
func hangUp() {}
