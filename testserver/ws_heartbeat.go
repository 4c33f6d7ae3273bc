package testserver

import "context"

// preparePingPong serves the answer to an application's heartbeat, so many
// times: after that the server looks dead to who counts on it.
func preparePingPong(_ *site, q *query, e *endpoint) {
	ping, pong, n := q.text("ping", "ping"), q.text("pong", "pong"), q.int("n", -1, -1, maxCount)
	e.serve = func(p *Peer) {
		left := n
		_ = p.echo(forever, func(m Message) error {
			switch {
			case string(m.Data) != ping:
				return p.sendBack(m)
			case left == 0:
				return nil
			}
			left--
			return p.Send(context.Background(), Message{TextMessage, []byte(pong)})
		})
	}
}
