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

// PretendEventSource puts in the place of the platform's EventSource, until
// restore is called, one that is open at once and then receives what tell is
// called with. tell returns whether it is still open. Tests use it, as
// Dispatch.
func PretendEventSource() (tell func(typ, data string) (open bool), restore func()) {
	global := js.Global()
	old, source := global.Get("EventSource"), global.Get("EventTarget").New()
	source.Set("readyState", 1)
	opened := js.FuncOf(func(js.Value, []js.Value) any {
		return source.Call("dispatchEvent", global.Get("Event").New("open"))
	})
	made := js.FuncOf(func(js.Value, []js.Value) any {
		global.Call("setTimeout", opened)
		return source
	})
	closed := js.FuncOf(func(js.Value, []js.Value) any {
		source.Set("readyState", readyStateClosed)
		return nil
	})
	source.Set("close", closed)
	global.Set("EventSource", made)
	tell = func(typ, data string) bool {
		source.Call("dispatchEvent", global.Get("MessageEvent").New(typ, map[string]any{"data": data}))
		return number(source.Get("readyState")) != readyStateClosed
	}
	return tell, func() {
		global.Set("EventSource", old)
		for _, f := range []js.Func{opened, made, closed} {
			f.Release()
		}
	}
}
