package testserver

import "context"

// forever is a number of messages that no connection reaches.
const forever = -1

// echo sends back n messages, or all of them, and returns nil when it has
// sent so many.
func (p *Peer) echo(n int, send func(Message) error) error {
	var buf []byte
	for ; n != 0; n-- {
		m, err := p.receive(context.Background(), buf)
		if err != nil {
			return err
		}
		if err := send(m); err != nil {
			return err
		}
		buf = m.Data
	}
	return nil
}

// echoAll is what most routes end with. The error is of no use to them: the
// connection has ended, and that is all they waited for.
func (p *Peer) echoAll() { _ = p.echo(forever, p.sendBack) }

// sendBack is what echo is given where nothing else was asked for.
func (p *Peer) sendBack(m Message) error { return p.Send(context.Background(), m) }

// discard receives until the connection ends, which is how long a serve
// function stays that has nothing more to say.
func (p *Peer) discard() { _ = p.echo(forever, func(Message) error { return nil }) }

// prepareEcho takes a limit above that of the other routes, for tests of what
// a client can send.
func prepareEcho(s *site, q *query, e *endpoint) {
	n := q.int("fragment", 0, 0, maxSize)
	e.opts.MaxMessageSize = int64(q.int("limit", int(s.opts.MaxMessageSize), 1, 4*maxSize))
	// Whoever tries this server with a suite of cases gives it this URL.
	if !q.has("compress") && e.opts.Compression == nil {
		e.opts.Compression = &Compression{}
	}
	e.serve = func(p *Peer) {
		if n == 0 {
			p.echoAll()
			return
		}
		_ = p.echo(forever, func(m Message) error { return p.sendFragments(m, cut{size: n}, nil) })
	}
}
