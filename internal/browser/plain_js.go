//go:build js

package browser

import (
	"runtime"
	"syscall/js"
)

// A plain is the road that needs nothing but syscall/js. It takes messages
// from a WebSocket without a call into Go for each.
//
// Three functions of the platform's own are bound and plugged together:
// the array's push takes every message event; a port's postMessage, listening
// once, asks for the wake-up; and the port's other end calls Go in a task of
// its own, when all events that were ready have been pushed. Only that call
// crosses into Go, which empties the array and listens once more.
type plain struct {
	ws      js.Value
	send    js.Value // ws.send, bound: a call by name costs five times as much
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

// newPlain prepares all that can fail before there is a callback to release.
func newPlain(ws js.Value, events WebSocketEvents) *plain {
	p := &plain{ws: ws, events: events, queue: js.Global().Get("Array").New()}
	p.push = bind(p.queue, "push")
	p.send = bind(ws, "send")
	p.once = js.ValueOf(map[string]any{"once": true})
	p.methods.add, p.methods.remove = bind(ws, "addEventListener"), bind(ws, "removeEventListener")
	channel := js.Global().Get("MessageChannel").New()
	p.near, p.far = channel.Get("port1"), channel.Get("port2")
	// The bound arguments keep the event itself from becoming the second
	// argument, the list of what to transfer.
	p.ask = bind(p.near, "postMessage", 0, js.Undefined())
	p.wakeup = newCallback(p.onWakeup, events.Failed)
	return p
}

// start plugs the functions together, the queue before what announces it.
func (p *plain) start() {
	p.far.Set("onmessage", p.wakeup.Value)
	p.methods.add.Invoke("message", p.push)
	p.listen()
}

// askTurn has the wake-up come though there may be no message.
func (p *plain) askTurn() { p.ask.Invoke() }

// listen asks for one wake-up. Messages that come between it and the drain
// need none of their own.
func (p *plain) listen() { p.methods.add.Invoke("message", p.ask, p.once) }

func (p *plain) onWakeup([]js.Value) {
	p.drain()
	if !p.wakeup.released {
		p.listen() // adds nothing if nothing was heard: this was AskTurn's doing
		p.events.Turn()
	}
}

// much is how many bytes are delivered before goroutines run. Some engines
// queue hundreds of messages before any wake-up, and a program that receives
// must get to it before its memory is full.
const much = 64 << 10

// drain delivers what is queued, until the receiver releases the WebSocket.
// An exception costs the message that caused it and no other.
func (p *plain) drain() {
	n, delivered := p.queue.Length(), 0
	if n == 0 {
		return
	}
	for i := 0; i < n && !p.wakeup.released; i++ {
		if err := try(func() { delivered += p.deliver(p.queue.Index(i).Get("data")) }); err != nil {
			p.events.Failed(err)
		}
		if delivered >= much {
			delivered = 0
			runtime.Gosched() // not a wait: no event comes meanwhile
		}
	}
	p.queue.Set("length", 0)
}

// deliver copies a message out of JavaScript and returns its length, or near
// it. What it is tells its type: binaryType is arraybuffer.
func (p *plain) deliver(data js.Value) int {
	if data.Type() == js.TypeString {
		return p.deliverText(data)
	}
	return p.deliverBinary(data)
}

// deliverText asks with the number of UTF-16 code units, each of which takes
// a byte of UTF-8 or more.
func (p *plain) deliverText(data js.Value) int {
	n := stringLength(data)
	if p.events.Accept(n) {
		p.events.Message(true, []byte(data.String()))
	}
	return n
}

// deliverBinary copies once, into a slice of exactly the message's size.
func (p *plain) deliverBinary(data js.Value) int {
	view := uint8Array.get().New(data)
	n := view.Length()
	if p.events.Accept(n) {
		message := make([]byte, n)
		js.CopyBytesToGo(message, view)
		p.events.Message(false, message)
	}
	free(data, n)
	return n
}

// release takes the listeners back, closes the ports, which in Node would
// keep the process alive, and releases the callback.
func (p *plain) release() {
	_ = try(func() {
		p.methods.remove.Invoke("message", p.push)
		p.methods.remove.Invoke("message", p.ask)
	})
	p.far.Set("onmessage", js.Null())
	p.near.Call("close")
	p.far.Call("close")
	p.wakeup.release()
}
