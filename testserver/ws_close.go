package testserver

// prepareClose serves any code, also those that must not be sent. After so
// many echoes the order of frames is known: the client sent its last message
// before the Close frame came.
func prepareClose(_ *site, q *query, e *endpoint) {
	after := q.int("after", 0, 0, maxCount)
	code, reason := q.int("code", closeNormal, 0, 1<<16-1), q.reason()
	e.serve = func(p *Peer) {
		if p.echo(after, p.sendBack) == nil {
			_ = p.closeRaw(closePayload(code, reason))
		}
	}
}

// prepareDrop serves what a process that crashed, or a cable that was pulled,
// looks like.
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
