package testserver

import (
	"context"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
)

// A cut says where a payload is cut into fragments: every size bytes, or
// where that is 0 into count pieces whose lengths differ by one at most.
type cut struct{ size, count int }

// pieces returns the number of fragments of a payload of n bytes. Nothing at
// all is still one.
func (c cut) pieces(n int) int {
	if c.size == 0 {
		return c.count
	}
	return max(1, (n+c.size-1)/c.size)
}

// at returns where the i-th fragment begins, and the one before it ends.
func (c cut) at(i, n int) int {
	if c.size == 0 {
		return i * n / c.count
	}
	return min(i*c.size, n)
}

// sendFragments sends one message in fragments, wherever that cuts a
// character, with a ping between them unless that is nil. Nobody else's frames
// come between, which would spoil a table of what is to be received.
func (p *Peer) sendFragments(m Message, c cut, between []byte) error {
	ctx := context.Background()
	return p.locked(ctx, func() error {
		// RFC 7692, section 6.1: the message is compressed, then cut, and only
		// its first frame has RSV1.
		h, payload := p.codec.pack(m)
		last := c.pieces(len(payload)) - 1
		p.out = p.out[:0]
		for i := 0; i <= last; i++ {
			h.Fin = i == last
			p.out = appendFrame(p.out, h, payload[c.at(i, len(payload)):c.at(i+1, len(payload))])
			if !h.Fin && between != nil {
				p.out = appendFrame(p.out, rfc6455.Header{Fin: true, Opcode: rfc6455.OpPing}, between)
			}
			if err := p.flushWhen(ctx, h.Fin || len(p.out) >= copyLimit); err != nil {
				return err
			}
			h.Opcode, h.RSV1 = rfc6455.OpContinuation, false
		}
		return nil
	})
}

// flushWhen writes what was collected if it is time: a megabyte in fragments
// of one byte is three, which need not be held at once.
func (p *Peer) flushWhen(ctx context.Context, now bool) error {
	if !now {
		return nil
	}
	err := p.flush(ctx, p.out)
	p.out = p.out[:0]
	return err
}

// prepareFragments sends first and echoes alongside, so that pongs are read.
func prepareFragments(_ *site, q *query, e *endpoint) {
	c, m := cut{count: q.int("n", 3, 1, maxCount)}, Message{TextMessage, []byte(q.text("text", "fragmented"))}
	var between []byte
	if q.flag("ping", false) {
		between = []byte("between")
	}
	e.serve = func(p *Peer) {
		defer alongside(func() { _ = p.sendFragments(m, c, between) })()
		p.echoAll()
	}
}
