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
		delay:  q.millis("delay", 10*time.Millisecond),
		then:   q.choice("then", "eof", "hang", "drop"),
		key:    "raw " + q.text("key", q.raw),
	}
}

// ServeHTTP plays the chunks, or answers 204 to the receiver that comes back
// after the end. Every second request is taken for that one, whether the first
// was read to its end or not: the server cannot know what arrived.
func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	again := false
	if s.then == "eof" {
		s.site.ended.update(s.key, func(ended bool) bool { again = ended; return !ended })
	}
	if again {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	stream(s.play).ServeHTTP(w, r)
}

// play writes the chunks, each in a write of its own.
func (s *script) play(w *EventWriter) {
	for i, chunk := range s.chunks {
		if i > 0 && !w.wait(s.delay) || w.write([]byte(chunk)) != nil {
			return
		}
	}
	switch s.then {
	case "hang":
		w.hang()
	case "drop":
		w.drop()
	}
}
