package testserver

import "github.com/amphiwire/amphiwire/internal/rfc6455"

// prepareFlood serves what makes a client without a limit on fragments, or
// with a queue of pongs, run out of memory.
func prepareFlood(_ *site, q *query, e *endpoint) {
	kind, n := q.choice("kind", "fragments", "empty", "ping"), q.int("n", 100_000, 0, 10*maxCount)
	e.serve = func(p *Peer) {
		defer alongside(func() { p.flood(kind, n) })()
		if kind == "ping" {
			p.echoAll()
			return
		}
		// An echo would be a message inside the one that never ends.
		p.discard()
	}
}

// flood sends n frames of a kind. The first of a message is text, the others
// are continuations, and none has FIN.
func (p *Peer) flood(kind string, n int) {
	h, payload := rfc6455.Header{Opcode: rfc6455.OpText}, []byte(nil)
	switch kind {
	case "fragments":
		payload = []byte{'.'}
	case "ping":
		h = rfc6455.Header{Fin: true, Opcode: rfc6455.OpPing}
	}
	frames := &batch{p: p}
	for k := 0; k < n && frames.err == nil; k++ {
		frames.add(h, payload)
		if kind != "ping" {
			h.Opcode = rfc6455.OpContinuation
		}
	}
	_ = frames.flush()
}
