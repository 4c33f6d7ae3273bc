//go:build js

package browser

import (
	"syscall/js"
	"unsafe"
)

// A glued is the road through amphiwire.js. The script writes what arrives
// into memory that Go has allocated for it and calls the functions that are
// exported below; it reads what is sent out of the program's memory.
//
// Exported functions run on the event loop, like callbacks and for 1/500 of
// the cost: they must not wait, and the goroutines that they wake run when the
// script has the scheduler entered, once for all messages that have arrived
// together.
type glued struct {
	id     int32
	next   *glued // in the table
	plain  *plain // of one on the plain road, which has nothing below but data
	events WebSocketEvents
	text   bool      // of the message that is being written
	data   []byte    // its memory
	out    []byte    // what is being sent: see hand
	post   [2]uint32 // where that is in the program's memory, and its length

	binaryOf, textOf, turn, detach js.Value
	attach                         func()
}

// glueds are the WebSockets that messages may come for, by the number by which
// the script knows them, or the plain road's module.
var (
	glueds    table
	lastGlued int32
)

// expect lets messages come for g. It does not allocate between its statements,
// nor does the table.
func (g *glued) expect() {
	lastGlued++
	g.id = lastGlued
	glueds.add(g)
}

func newGlued(bridge js.Value, w *WebSocket) *glued {
	g := &glued{events: w.events}
	g.attach = func() {
		g.expect()
		socket := bridge.Call("attach", g.id, w.ws, w.state.Value, int(uintptr(unsafe.Pointer(&g.post))))
		g.binaryOf, g.textOf = socket.Get("sendBinary"), socket.Get("sendText")
		g.turn, g.detach = socket.Get("askTurn"), socket.Get("detach")
	}
	return g
}

func (g *glued) start() { g.attach() }

// drain has nothing to do: nothing waits.
func (g *glued) drain() {}

func (g *glued) askTurn() { g.turn.Invoke() }

func (g *glued) sendBinary(p []byte) {
	g.hand(p)
	g.binaryOf.Invoke()
}

func (g *glued) sendText(p []byte) {
	g.hand(p)
	g.textOf.Invoke()
}

// hand puts down for the script where p is: arguments would cost more than the
// rest of the call. A slice may lie on a stack, which moves; storing it in the
// heap makes the compiler put it there.
func (g *glued) hand(p []byte) {
	g.out = p
	g.post[0], g.post[1] = uint32(uintptr(unsafe.Pointer(unsafe.SliceData(p)))), uint32(len(p))
}

// release makes the script's calls for this WebSocket find nothing.
func (g *glued) release() {
	glueds.remove(g)
	g.data, g.out = nil, nil
	if g.detach.Truthy() {
		_ = try(func() { g.detach.Invoke() })
	}
}

// holds reports whether n bytes of a message may have been written. Whatever a
// page calls the exported functions with, memory stays whole.
func (g *glued) holds(n int32) bool {
	return g != nil && g.data != nil && n >= 0 && int(n) <= len(g.data)
}

// glueAccept is called for a message of atLeast bytes, a binary one exactly.
// It returns where to write them, and nil if the message is refused.
//
//go:wasmexport amphiwire_accept
func glueAccept(id, atLeast, isText int32) unsafe.Pointer {
	g := glueds.find(id)
	if g == nil || atLeast < 0 || !g.events.Accept(int(atLeast)) {
		return nil
	}
	g.text = isText != 0
	g.data = make([]byte, atLeast)
	return unsafe.Pointer(unsafe.SliceData(g.data))
}

// glueMore is called for a text of which used bytes are written and rest code
// units are not. Three bytes are enough for each.
//
//go:wasmexport amphiwire_more
func glueMore(id, used, rest int32) unsafe.Pointer {
	g := glueds.find(id)
	if !g.holds(used) || rest < 0 || !g.events.Accept(int(used)+int(rest)) {
		return nil
	}
	data := make([]byte, int(used)+3*int(rest))
	copy(data, g.data[:used])
	g.data = data
	return unsafe.Pointer(unsafe.SliceData(g.data))
}

// glueDeliver is called when n bytes have been written.
//
//go:wasmexport amphiwire_deliver
func glueDeliver(id, n int32) {
	g := glueds.find(id)
	if !g.holds(n) {
		return
	}
	data := g.data[:n]
	g.data = nil
	g.events.Message(g.text, data)
}

// glueTurn is called in a task of its own.
//
//go:wasmexport amphiwire_turn
func glueTurn(id int32) {
	if g := glueds.find(id); g != nil {
		g.events.Turn()
	}
}
