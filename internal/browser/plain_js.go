//go:build js

package browser

import "syscall/js"

// A plain is the road that needs nothing but syscall/js. Messages reach Go by
// way of the mailbox.
type plain struct {
	arrival
	ws       js.Value
	state    js.Value
	send     js.Value // ws.send, bound: a call by name costs five times as much
	mailbox  *mailbox
	listener js.Value // the mailbox's, bound to id
	released bool
	turning  bool   // it is among the mailbox's turns
	nextTurn *plain // there
}

// newPlain prepares all that can fail before there is something to release.
func newPlain(w *WebSocket) *plain {
	p := &plain{arrival: arrival{events: w.events}, ws: w.ws, state: w.state.Value, mailbox: getMailbox(), send: bind(w.ws, "send")}
	p.plain = p
	return p
}

func (p *plain) start() {
	guarded := p.mailbox.guard.Call("bind", js.Undefined(), p.state)
	for _, attribute := range stateAttributes {
		set(p.ws, attribute, guarded)
	}
	p.expect()
	p.listener = p.mailbox.message.Call("bind", js.Undefined(), p.id)
	p.ws.Call("addEventListener", "message", p.listener)
}

func (p *plain) askTurn() {
	p.mailbox.wantTurn(p)
	p.mailbox.turn.Invoke()
}

func (p *plain) drain() { p.mailbox.drain() }

// deliverCopy delivers a copy of data.
func (p *plain) deliverCopy(text bool, data []byte) {
	if p.events.Accept(len(data)) {
		p.events.Message(text, append(make([]byte, 0, len(data)), data...))
	}
}

// deliverEvent delivers a message that the mailbox does not take. An exception
// costs this message and no other.
func (p *plain) deliverEvent(event js.Value) {
	if err := try(func() { p.deliver(get(event, "data")) }); err != nil {
		p.events.Failed(err)
	}
}

// deliver copies a message out of JavaScript. What it is tells its type:
// binaryType is arraybuffer.
func (p *plain) deliver(data js.Value) {
	if data.Type() == js.TypeString {
		p.deliverText(data)
	} else {
		p.deliverBinary(data)
	}
}

// deliverText asks with the number of UTF-16 code units, each of which takes
// a byte of UTF-8 or more.
func (p *plain) deliverText(data js.Value) {
	if p.events.Accept(stringLength(data)) {
		p.events.Message(true, []byte(data.String()))
	}
}

// deliverBinary copies once, into a slice of exactly the message's size. What is
// not an ArrayBuffer, such as a Blob, makes a view of no bytes, and no DataView.
func (p *plain) deliverBinary(data js.Value) {
	view := uint8Array.get().New(data)
	n := view.Length()
	if n == 0 {
		js.Global().Get("DataView").New(data)
	}
	if p.events.Accept(n) {
		message := make([]byte, n)
		js.CopyBytesToGo(message, view)
		p.events.Message(false, message)
	}
	if n > 0 { // all empty messages of Node's WebSocket are one
		free(data)
	}
}

// release makes the mailbox drop what it has for this WebSocket.
func (p *plain) release() {
	arrivals.remove(&p.arrival)
	p.released = true
	if p.listener.Truthy() {
		_ = try(func() { p.ws.Call("removeEventListener", "message", p.listener) })
	}
}

func (p *plain) sendBinary(data []byte) {
	outgoing.with(data, func(array js.Value) { p.mailbox.binary.Invoke(p.send, array, len(data)) })
}

func (p *plain) sendText(data []byte) {
	outgoing.with(data, func(array js.Value) { p.mailbox.text.Invoke(p.send, array, len(data)) })
}
