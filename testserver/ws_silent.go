package testserver

import "time"

// holdOpen reads until the client closes its side of the TCP connection. It
// has no limit in time: how long a client waits is what a test wants to know.
func (p *Peer) holdOpen() {
	if isEOF(p.drain()) {
		p.tell(func(t *tale) { t.eof = true })
	}
}

// prepareIgnoreClose serves a server against which a client needs a limit on
// the closing handshake.
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

// prepareOnClose serves what has crashed a client before: an answer to its
// Close frame that is no frame.
func prepareOnClose(_ *site, q *query, e *endpoint) {
	raw, hang := q.hex("hex"), q.choice("then", "fin", "hang") == "hang"
	e.quirk.onClose = func(p *Peer) {
		if p.writeParts(raw) == nil && hang {
			p.holdOpen()
		}
	}
	e.serve = (*Peer).echoAll
}
