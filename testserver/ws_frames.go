package testserver

import (
	"context"
	"strconv"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
)

// prepareRawFrames serves bytes that need not be frames.
func prepareRawFrames(_ *site, q *query, e *endpoint) {
	raw := q.hex("hex")
	then := q.choice("then", "close", "fin", "rst", "hang", "echo")
	if q.choice("segment", "0", "1", "one") != "0" && len(raw) > 0 {
		e.quirk.tail, raw = raw[0], raw[1:]
	}
	if then == "hang" {
		e.quirk.mute, e.quirk.onClose = true, (*Peer).holdOpen
	}
	e.serve = func(p *Peer) {
		if p.writeParts(raw) == nil {
			p.finish(then)
		}
	}
}

// finish ends a connection in one of the ways that routes offer. For "close"
// there is nothing to do: it is what happens after every serve function.
func (p *Peer) finish(then string) {
	switch then {
	case "fin":
		p.drop()
	case "rst":
		p.reset()
	case "hang":
		p.discard()
	case "echo":
		p.echoAll()
	}
}

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

// maxPing leaves room for the number behind a ping's payload.
const maxPing = rfc6455.MaxControlPayload - len("1000000")

func preparePing(_ *site, q *query, e *endpoint) {
	n, payload := q.int("n", 1, 0, maxCount), q.text("payload", "hello")
	if len(payload) > maxPing {
		q.refuse("payload", payload, "at most "+strconv.Itoa(maxPing)+" bytes")
	}
	e.quirk.onPong = func(p *Peer, pong []byte) {
		_ = p.sendBack(Message{TextMessage, append([]byte("pong "), pong...)})
	}
	e.serve = func(p *Peer) {
		defer alongside(func() { p.sendPings(n, payload) })()
		p.echoAll()
	}
}

func (p *Peer) sendPings(n int, payload string) {
	for k := 0; k < n; k++ {
		ping := []byte(payload)
		if k > 0 {
			ping = strconv.AppendInt(ping, int64(k), 10)
		}
		if p.Ping(context.Background(), ping) != nil {
			return
		}
	}
}
