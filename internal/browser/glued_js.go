//go:build js

package browser

import (
	"syscall/js"
	"unsafe"
)

// A glued is the road through amphiwire.js. The script writes what arrives
// where arrival says; it reads what is sent out of the program's memory.
type glued struct {
	arrival
	out  []byte    // what is being sent: see hand
	post [2]uint32 // where that is in the program's memory, and its length

	binaryOf, textOf, turn, detach js.Value
	attach                         func()
}

func newGlued(bridge js.Value, w *WebSocket) *glued {
	g := &glued{arrival: arrival{events: w.events}}
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
	arrivals.remove(&g.arrival)
	g.data, g.out = nil, nil
	if g.detach.Truthy() {
		_ = try(func() { g.detach.Invoke() })
	}
}
