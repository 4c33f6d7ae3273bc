//go:build js

package browser

import "syscall/js"

// Listen calls f, on the event loop, for each event of the given type that
// the global object gets, such as online, or a document in it, such as resume,
// which does not bubble. It returns a function that ends
// that, and false where the global object gets no events.
func Listen(event string, f func()) (cancel func(), ok bool) {
	if js.Global().Get("addEventListener").Type() != js.TypeFunction {
		return func() {}, false
	}
	c := newCallback(func([]js.Value) { f() }, func(error) {}) // f calls no JavaScript
	js.Global().Call("addEventListener", event, c.Value, true)
	return func() {
		if c.released {
			return
		}
		js.Global().Call("removeEventListener", event, c.Value, true)
		c.release()
	}, true
}
