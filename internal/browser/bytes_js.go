//go:build js

package browser

import "syscall/js"

// A lazy value is looked up when it is first used, and once: looking a name up
// in JavaScript costs 0.5 to 3 µs. (A sync.OnceValue for each would add 3 KB to
// a compressed bundle; here a second goroutine may at worst look it up again.)
type lazy struct {
	make  func() js.Value
	value js.Value // undefined before
}

// get is longer than a call in each of its callers.
//
//go:noinline
func (l *lazy) get() js.Value {
	if l.value.IsUndefined() {
		l.value = l.make()
	}
	return l.value
}

// What is used more than once.
var (
	arrayOf      = lazy{make: func() js.Value { return bind(js.Global().Get("Array"), "of") }}
	uint8Array   = lazy{make: func() js.Value { return js.Global().Get("Uint8Array") }}
	detachingEnd = lazy{make: newDetachingEnd}
)

// uncurry returns a function whose first argument is the receiver.
func uncurry(class, method string) js.Value {
	return bind(js.Global().Get(class).Get("prototype").Get(method), "call")
}

// stringLength is the number of UTF-16 code units of the string v. syscall/js
// gives no property of a string; the empty string is last found at its end.
func stringLength(v js.Value) int { return uncurry("String", "lastIndexOf").Invoke(v, "").Int() }

// free gives the memory of an ArrayBuffer back at once. Otherwise it would stay
// until a Go collection runs the finalizer of the js.Value, and Go, whose heap
// does not grow by it, has no reason to collect: 1,500 messages of 1 MiB would
// hold 1.5 GB.
//
// Transferring a buffer detaches it (HTML, section 2.7.3), and a port whose
// other end is closed drops what it is given.
func free(buffer js.Value) {
	// A buffer that cannot be detached is left to the finalizer.
	_ = try(func() { detachingEnd.get().Invoke(0, arrayOf.get().Invoke(buffer)) })
}

func newDetachingEnd() js.Value {
	channel := js.Global().Get("MessageChannel").New()
	near, far := channel.Get("port1"), channel.Get("port2")
	far.Call("close")
	return bind(near, "postMessage")
}

// newTextDecoder returns a bound decode that keeps a byte order mark at the
// start, which is part of a text message. The decoder that syscall/js itself
// uses drops it.
func newTextDecoder() js.Value {
	options := map[string]any{"fatal": true, "ignoreBOM": true}
	return bind(js.Global().Get("TextDecoder").New("utf-8", options), "decode")
}
