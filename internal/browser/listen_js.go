//go:build js

package browser

import "syscall/js"

// Listen calls f, on the event loop, with the type of each of these events that
// the global object gets, such as online, or a document in it, such as resume,
// which does not bubble. It returns a function that ends that, and false where
// the global object gets no events.
func Listen(f func(event string), events ...string) (cancel func(), ok bool) {
	if js.Global().Get("addEventListener").Type() != js.TypeFunction {
		return func() {}, false
	}
	c := newCallback(func(args []js.Value) { f(text(args[0].Get("type"))) }, func(error) {}) // f calls no JavaScript
	for _, event := range events {
		js.Global().Call("addEventListener", event, c.Value, true)
	}
	return func() {
		if c.released {
			return
		}
		for _, event := range events {
			js.Global().Call("removeEventListener", event, c.Value, true)
		}
		c.release()
	}, true
}
