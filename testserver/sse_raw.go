package testserver

import (
	"net/http"
	"time"
)

// A script serves /sse/raw: bytes that need not be a well-formed stream, cut
// where a parser may trip.
type script struct {
	site   *site
	chunks []string
	again  []string // for the request after the end
	delay  time.Duration
	then   string
	key    string
}

// prepareRaw takes the whole query for the key if there is none: the same URL
// is the same stream.
func prepareRaw(s *site, q *query) http.Handler {
	return &script{
		site:   s,
		chunks: q.all("c"),
		again:  q.all("again"),
		delay:  q.millis("delay", 10*time.Millisecond),
		then:   q.choice("then", "eof", "hang", "drop", "request"),
		key:    "raw " + q.text("key", q.raw),
	}
}

// ServeHTTP plays the chunks, or answers the receiver that comes back after the
// end. Every second request is taken for that one, whether the first was read
// to its end or not: the server cannot know what arrived.
func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	again := false
	if s.then == "eof" || s.then == "request" {
		s.site.ended.update(s.key, func(ended bool) bool { again = ended; return !ended })
	}
	switch {
	case !again:
		stream(s.play).ServeHTTP(w, r)
	case s.then == "request":
		s.site.show(w, r, s.key)
	case len(s.again) > 0:
		stream(func(w *EventWriter) {
			if s.write(w, s.again) {
				w.hang()
			}
		}).ServeHTTP(w, r)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
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
