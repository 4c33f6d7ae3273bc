//go:build js

package browser

import (
	"syscall/js"

	"github.com/amphiwire/amphiwire/internal/lean"
)

// ReadsAhead reports whether the platform takes the body of an answer from the
// network as fast as it comes, into memory of its own and without a limit, also
// when nobody reads it. Firefox and WebKit do; Chromium, which holds about 64
// MiB, and Node make the server wait. There is nothing to see it by but the
// engine's name.
func ReadsAhead() bool {
	navigator := js.Global().Get("navigator")
	return navigator.Type() == js.TypeObject && readsAhead(text(navigator.Get("userAgent")))
}

// readsAhead is ReadsAhead for an engine that calls itself agent. Others call
// themselves WebKit too.
func readsAhead(agent string) bool {
	has := func(name string) bool { return lean.Index(agent, name) >= 0 }
	return has("Firefox/") || has("AppleWebKit/") && !has("Chrome/")
}
