package testserver

import (
	"net/http"
	"time"
)

// noStatus stands for a script that has none.
const noStatus = -1

// A script serves /sse/raw: bytes that need not be a well-formed stream, cut
// where a parser may trip.
type script struct {
	site   *site
	chunks []string
	again  []string // for the request after the end
	delay  time.Duration
	then   string
	status int // of an answer between the two; 0: it is cut off; or noStatus
	key    string
	gzip   bool
}

// prepareRaw takes the whole query for the key if there is none: the same URL
// is the same stream.
func prepareRaw(s *site, q *query) http.Handler {
	q.flag("permit", true) // see permission
	return &script{
		site:   s,
		chunks: q.all("c"),
		again:  q.all("again"),
		delay:  q.millis("delay", 10*time.Millisecond),
		then:   q.choice("then", "eof", "hang", "drop", "request"),
		status: q.status("status", noStatus),
		key:    "raw " + q.text("key", q.raw),
		gzip:   q.flag("gzip", false),
	}
}

// ServeHTTP plays the chunks, or answers the receiver that comes back after the
// end. Every second request is taken for that one, whether the first was read
// to its end or not: the server cannot know what arrived. With a status it is
// all but the first, of which the next gets the status: some clients try again
// by themselves, and a receiver that did not is not to start anew.
func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch s.turn() {
	case 0:
		s.stream(s.play).ServeHTTP(w, r)
	case 1:
		s.fail(w, r)
	default:
		s.goOn(w, r)
	}
}

// fail answers with the status, or cuts the connection off.
func (s *script) fail(w http.ResponseWriter, r *http.Request) {
	if s.status == 0 {
		body{w, r}.drop()
	}
	w.WriteHeader(s.status)
}

// turn is 0 for the request that gets the chunks, 1 for the one that gets the
// status, and 2 for the last.
func (s *script) turn() int {
	if s.then != "eof" && s.then != "request" {
		return 0
	}
	n := s.site.visit(s.key) - 1
	if s.status != noStatus {
		return min(n, 2)
	}
	return n % 2 * 2
}

// goOn answers the receiver that has come back.
func (s *script) goOn(w http.ResponseWriter, r *http.Request) {
	switch {
	case s.then == "request":
		s.site.show(w, r, s.key+" shown", true)
	case len(s.again) > 0:
		s.stream(func(w *EventWriter) {
			if s.write(w, s.again) {
				w.hang()
			}
		}).ServeHTTP(w, r)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

// stream is an event stream, compressed if it is to be.
func (s *script) stream(fill func(*EventWriter)) http.Handler {
	if s.gzip {
		return compressed(stream(fill))
	}
	return stream(fill)
}

// play writes the chunks and comes to the end.
func (s *script) play(w *EventWriter) {
	if !s.write(w, s.chunks) {
		return
	}
	switch s.then {
	case "hang":
		w.hang()
	case "drop":
		w.drop()
	}
}

// write writes each chunk in a write of its own, and reports whether the
// receiver is still there.
func (s *script) write(w *EventWriter, chunks []string) bool {
	for i, chunk := range chunks {
		if i > 0 && !w.wait(s.delay) || w.write([]byte(chunk)) != nil {
			return false
		}
	}
	return true
}
