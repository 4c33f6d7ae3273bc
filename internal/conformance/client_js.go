//go:build js

package conformance

import (
	platform "github.com/amphiwire/amphiwire/internal/browser"
	"github.com/amphiwire/amphiwire/sse"
)

// withCookies has nothing to add: a browser keeps cookies by itself.
func withCookies(opts *sse.Options) *sse.Options { return opts }

// dispatch makes the platform tell of an event, and reports whether it does.
func dispatch(event string) bool { return platform.Dispatch(event) }

// hide makes the page look hidden, if there is one.
func hide() (show func(), ok bool) { return platform.Hide() }

// hangUp has nothing to close: the platform keeps connections for itself.
func hangUp() {}
