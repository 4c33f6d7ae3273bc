package testserver

import (
	"context"
	"time"
)

func prepareClose(_ *site, q *query, e *endpoint) {
	after := q.int("after", 0, 0, maxCount)
	code, reason := q.int("code", closeNormal, 0, 1<<16-1), q.reason()
	e.serve = func(p *Peer) {
		if p.echo(after, p.sendBack) == nil {
			_ = p.closeRaw(closePayload(code, reason))
		}
	}
}

func prepareDrop(_ *site, q *query, e *endpoint) {
	after, end := q.int("after", 0, 0, maxCount), (*Peer).drop
	if q.choice("how", "fin", "rst") == "rst" {
		end = (*Peer).reset
	}
	e.serve = func(p *Peer) {
		if p.echo(after, p.sendBack) == nil {
			end(p)
		}
	}
}

// holdOpen reads until the client closes its side of the TCP connection.
func (p *Peer) holdOpen() {
	if isEOF(p.drain()) {
		p.tell(func(t *tale) { t.eof = true })
	}
}

func prepareIgnoreClose(_ *site, _ *query, e *endpoint) {
	e.quirk.onClose = (*Peer).holdOpen
	e.serve = (*Peer).echoAll
}

// prepareMute serves a connection that is open and dead. Unless it reads, it
// cannot notice that the client has gone, so that has a limit.
func prepareMute(_ *site, q *query, e *endpoint) {
	read := q.flag("read", true)
	e.quirk.mute, e.quirk.onClose = true, (*Peer).holdOpen
	e.serve = func(p *Peer) {
		if read {
			p.discard()
		} else if pause(p.req, time.Minute) {
			p.reset()
		}
	}
}

func prepareOnClose(_ *site, q *query, e *endpoint) {
	raw, hang := q.hex("hex"), q.choice("then", "fin", "hang") == "hang"
	e.quirk.onClose = func(p *Peer) {
		if p.writeParts(raw) == nil && hang {
			p.holdOpen()
		}
	}
	e.serve = (*Peer).echoAll
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
