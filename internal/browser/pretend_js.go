//go:build js

package browser

import "syscall/js"

// Dispatch makes the global object get an event, as the platform would. It
// returns false where that gets none. Tests use it to show what a page does.
func Dispatch(event string) bool {
	if js.Global().Get("dispatchEvent").Type() != js.TypeFunction {
		return false
	}
	return try(func() { js.Global().Call("dispatchEvent", js.Global().Get("Event").New(event)) }) == nil
}

// Hide makes the page look hidden to whoever asks or listens, until show is
// called. It returns false where there is no page. Tests use it, as Dispatch.
func Hide() (show func(), ok bool) {
	document := js.Global().Get("document")
	if document.IsUndefined() {
		return func() {}, false
	}
	change := func(state string) {
		_ = try(func() {
			js.Global().Get("Object").Call("defineProperty", document, "visibilityState", map[string]any{"value": state, "configurable": true})
			document.Call("dispatchEvent", js.Global().Get("Event").New("visibilitychange"))
		})
	}
	change("hidden")
	return func() { change("visible") }, true
}
