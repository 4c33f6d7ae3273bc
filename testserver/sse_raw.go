package testserver

import (
	"net/http"
	"time"
)

// A script serves /sse/raw.
type script struct {
	site   *site
	chunks []string
	delay  time.Duration
	then   string
	key    string
}

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
// after the end.
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
