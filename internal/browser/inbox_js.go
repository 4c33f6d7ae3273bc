//go:build js

package browser

import "syscall/js"

// An inbox takes messages from a WebSocket without a call into Go for each.
//
// Three functions of the platform's own are bound and plugged together:
// the array's push takes every message event; a port's postMessage, listening
// once, asks for the wake-up; and the port's other end calls Go in a task of
// its own, when all events that were ready have been pushed. Only that call
// crosses into Go, which empties the array and listens once more.
type inbox struct {
	ws      js.Value
	events  WebSocketEvents
	queue   js.Value // of message events
	push    js.Value // queue.push, bound
	ask     js.Value // near.postMessage, bound
	near    js.Value // the wake-up goes from near to far
	far     js.Value
	once    js.Value // {once: true}
	wakeup  *callback
	methods struct{ add, remove js.Value }
}

// newInbox prepares all that can fail before there is a callback to release.
func newInbox(ws js.Value, events WebSocketEvents) *inbox {
	b := &inbox{ws: ws, events: events, queue: js.Global().Get("Array").New()}
	b.push = bind(b.queue, "push")
	b.once = js.ValueOf(map[string]any{"once": true})
	b.methods.add, b.methods.remove = bind(ws, "addEventListener"), bind(ws, "removeEventListener")
	channel := js.Global().Get("MessageChannel").New()
	b.near, b.far = channel.Get("port1"), channel.Get("port2")
	// The bound arguments keep the event itself from becoming the second
	// argument, the list of what to transfer.
	b.ask = bind(b.near, "postMessage", 0, js.Undefined())
	b.wakeup = newCallback(b.onWakeup, events.Failed)
	return b
}

// start plugs the functions together, the queue before what announces it.
func (b *inbox) start() {
	b.far.Set("onmessage", b.wakeup.Value)
	b.methods.add.Invoke("message", b.push)
	b.listen()
}

// listen asks for one wake-up. Messages that come between it and the drain
// need none of their own.
func (b *inbox) listen() { b.methods.add.Invoke("message", b.ask, b.once) }

func (b *inbox) onWakeup([]js.Value) {
	b.drain()
	if !b.wakeup.released {
		b.listen() // adds nothing if nothing was heard: this was AskTurn's doing
		b.events.Turn()
	}
}

// drain delivers what is queued, until the receiver releases the WebSocket.
// An exception costs the message that caused it and no other.
func (b *inbox) drain() {
	n := b.queue.Length()
	if n == 0 {
		return
	}
	for i := 0; i < n && !b.wakeup.released; i++ {
		if err := try(func() { b.deliver(b.queue.Index(i).Get("data")) }); err != nil {
			b.events.Failed(err)
		}
	}
	b.queue.Set("length", 0)
}

// deliver copies a message out of JavaScript. What it is tells its type:
// binaryType is arraybuffer.
func (b *inbox) deliver(data js.Value) {
	if data.Type() == js.TypeString {
		b.deliverText(data)
		return
	}
	b.deliverBinary(data)
}

// deliverText asks with the number of UTF-16 code units, each of which takes
// a byte of UTF-8 or more.
func (b *inbox) deliverText(data js.Value) {
	if b.events.Accept(stringLength(data)) {
		b.events.Message(true, []byte(data.String()))
	}
}

// deliverBinary copies once, into a slice of exactly the message's size.
func (b *inbox) deliverBinary(data js.Value) {
	view := uint8Array.get().New(data)
	n := view.Length()
	if b.events.Accept(n) {
		p := make([]byte, n)
		js.CopyBytesToGo(p, view)
		b.events.Message(false, p)
	}
	free(data, n)
}

// release takes the listeners back, closes the ports, which in Node would
// keep the process alive, and releases the callback.
func (b *inbox) release() {
	_ = try(func() {
		b.methods.remove.Invoke("message", b.push)
		b.methods.remove.Invoke("message", b.ask)
	})
	b.far.Set("onmessage", js.Null())
	b.near.Call("close")
	b.far.Call("close")
	b.wakeup.release()
}
