package testserver

import (
	"net/http"
	"time"
)

// prepareSlow waits in front of the handshake, where a client's limit on the
// time to connect applies, and in front of each echo.
func prepareSlow(s *site, q *query) http.Handler {
	delay := q.millis("handshake", 500*time.Millisecond)
	h := ws(prepareSlowEcho)(s, q)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if pause(r, delay) {
			h.ServeHTTP(w, r)
		}
	})
}

// prepareSlowEcho waits before each echo, for as long as the server runs.
func prepareSlowEcho(_ *site, q *query, e *endpoint) {
	delay := q.millis("echo", 0)
	e.serve = func(p *Peer) {
		_ = p.echo(forever, func(m Message) error {
			pause(p.req, delay)
			return p.sendBack(m)
		})
	}
}
