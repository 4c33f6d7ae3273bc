package testserver

import "net/http"

// prepareFlaky serves what a restarting service looks like: connections that
// are accepted and closed at once, and then one that stays.
func prepareFlaky(s *site, q *query, e *endpoint) {
	times, key := q.int("times", 1, 0, maxCount), q.text("key", q.raw)
	code, reason := q.int("code", 1012, -1, 1<<16-1), q.reason()
	e.serve = func(p *Peer) {
		switch {
		case s.visit("flaky "+key) > times:
			p.echoAll()
		case code < 0:
			p.reset()
		default:
			_ = p.closeRaw(closePayload(code, reason))
		}
	}
}

// prepareWebSocketStatus serves handshakes that are refused so many times.
func prepareWebSocketStatus(s *site, q *query) http.Handler {
	code, times := q.int("code", http.StatusServiceUnavailable, 200, 599), q.int("times", 1, 0, maxCount)
	key, text, header := q.text("key", q.raw), q.text("body", ""), q.header()
	h := ws(func(_ *site, _ *query, e *endpoint) { e.serve = (*Peer).echoAll })(s, q)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.visit("ws status "+key) <= times {
			answer(w, code, header, text)
			return
		}
		h.ServeHTTP(w, r)
	})
}
