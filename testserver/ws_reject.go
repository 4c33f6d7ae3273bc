package testserver

import "net/http"

// prepareReject serves an ordinary response, as a server does that wants a
// token. 101 and other codes below 200 are not ordinary: see /ws/answer.
func prepareReject(_ *site, q *query) http.Handler {
	status, text, header := q.int("status", http.StatusUnauthorized, 200, 599), q.text("body", "rejected"), q.header()
	header.Set("X-Reject", "yes")
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w, status, header, text) })
}

// prepareWebSocketRedirect redirects to the echo unless told otherwise. A
// browser does not follow it, a client of one's own may.
func prepareWebSocketRedirect(_ *site, q *query) http.Handler {
	status, to := q.int("status", http.StatusFound, 300, 399), q.field("to", "/ws/echo")
	return redirect(status, to)
}
