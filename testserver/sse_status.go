package testserver

import (
	"io"
	"net/http"
	"strconv"
)

// prepareStatus counts requests rather than time, so a test with a fake clock
// gets the same answers.
func prepareStatus(s *site, q *query) http.Handler {
	code := q.status("code", http.StatusServiceUnavailable)
	times := q.int("times", 1, 0, maxCount)
	key, text, header := q.text("key", q.raw), q.text("body", ""), q.header()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.visit("status "+key) > times {
			stream(sayOK).ServeHTTP(w, r)
			return
		}
		if code == 0 {
			body{w, r}.drop()
		}
		answer(w, code, header, text)
	})
}

// visit counts a request with this key: it returns 1 for the first.
func (s *site) visit(key string) int {
	return s.visits.update(key, func(n int) int { return n + 1 })
}

// sayOK is what a receiver gets that was right to come back: one event, and a
// stream that stays open so that it has no reason to come back again.
func sayOK(w *EventWriter) {
	if w.Send(Event{ID: "1", Data: "ok"}) == nil {
		w.hang()
	}
}

// status returns a parameter that is a status, or 0, for no answer at all.
func (q *query) status(name string, def int) int {
	code := q.int(name, def, 0, 599)
	if code > 0 && code < 200 {
		q.refuse(name, strconv.Itoa(code), "0, or a whole number from 200 to 599")
	}
	return code
}

// answer sends an ordinary response. net/http refuses a body where the status
// allows none.
func answer(w http.ResponseWriter, code int, header http.Header, text string) {
	for name, values := range header {
		w.Header()[name] = values
	}
	w.WriteHeader(code)
	_, _ = io.WriteString(w, text)
}

// prepareType serves a body that is an event stream whatever its type says: a
// receiver that looked at the body alone would take it.
func prepareType(_ *site, q *query) http.Handler {
	contentType := q.field("content-type", "text/html")
	text := q.text("body", "data: ok\n\n")
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		// A nil value keeps net/http from guessing a type.
		w.Header()["Content-Type"] = nil
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		_, _ = io.WriteString(w, text)
	})
}
