//go:build js

package browser

import "unsafe"

// An arrival is where messages come for a WebSocket: amphiwire.js on one road
// and the mailbox's module on the other write them into memory that Go has
// allocated, and call the functions that are exported below.
//
// Exported functions run on the event loop, like callbacks and for 1/500 of
// the cost: they must not wait, and the goroutines that they wake run when the
// scheduler is entered, once for all messages that have arrived together.
type arrival struct {
	id     int32    // by which the other side knows it
	next   *arrival // in the table
	plain  *plain   // nil on the other road
	events WebSocketEvents
	text   bool   // of the message that is being written
	data   []byte // its memory
}

// arrivals are the WebSockets that messages may come for.
var (
	arrivals    table
	lastArrival int32
)

// expect lets messages come. It does not allocate between its statements, nor
// does the table.
func (a *arrival) expect() {
	lastArrival++
	a.id = lastArrival
	arrivals.add(a)
}

// plainOf returns the WebSocket id if it is on the plain road, otherwise nil.
func plainOf(id int32) *plain {
	if a := arrivals.find(id); a != nil {
		return a.plain
	}
	return nil
}

// holds reports whether n bytes of a message may have been written. Whatever a
// page calls the exported functions with, memory stays whole.
func (a *arrival) holds(n int32) bool {
	return a != nil && a.data != nil && n >= 0 && int(n) <= len(a.data)
}

// glueAccept is called for a message of atLeast bytes, a binary one exactly.
// It returns where to write them, and nil if the message is refused.
//
//go:wasmexport amphiwire_accept
func glueAccept(id, atLeast, isText int32) unsafe.Pointer {
	a := arrivals.find(id)
	if a == nil || atLeast < 0 || !a.events.Accept(int(atLeast)) {
		return nil
	}
	a.text = isText != 0
	a.data = make([]byte, atLeast)
	return unsafe.Pointer(unsafe.SliceData(a.data))
}

// glueMore is called for a text of which used bytes are written and rest code
// units are not. Three bytes are enough for each.
//
//go:wasmexport amphiwire_more
func glueMore(id, used, rest int32) unsafe.Pointer {
	a := arrivals.find(id)
	if !a.holds(used) || rest < 0 || !a.events.Accept(int(used)+int(rest)) {
		return nil
	}
	data := make([]byte, int(used)+3*int(rest))
	copy(data, a.data[:used])
	a.data = data
	return unsafe.Pointer(unsafe.SliceData(a.data))
}

// glueDeliver is called when n bytes have been written.
//
//go:wasmexport amphiwire_deliver
func glueDeliver(id, n int32) {
	a := arrivals.find(id)
	if !a.holds(n) {
		return
	}
	data := a.data[:n]
	a.data = nil
	a.events.Message(a.text, data)
}

// glueTurn is called in a task of its own.
//
//go:wasmexport amphiwire_turn
func glueTurn(id int32) {
	if a := arrivals.find(id); a != nil {
		a.events.Turn()
	}
}
