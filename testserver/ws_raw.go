package testserver

import (
	"context"
	"time"
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

// writeParts writes raw bytes, the parts so far from each other that they are
// likely to be read apart.
func (p *Peer) writeParts(parts [][]byte) error {
	for i, part := range parts {
		if i > 0 {
			pause(p.req, 10*time.Millisecond)
		}
		if err := p.write(context.Background(), part); err != nil {
			return err
		}
	}
	return nil
}
