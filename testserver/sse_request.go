package testserver

import (
	"encoding/json"
	"io"
	"net/http"
)

// A sight is what the server saw of a request.
type sight struct {
	Method string      `json:"method"`
	Target string      `json:"target"`
	Header http.Header `json:"header"`
	Body   string      `json:"body"`
	N      int         `json:"n"`
}

// prepareRequest reads the whole request before it answers, as a service does
// that is asked with a POST.
func prepareRequest(s *site, q *query) http.Handler {
	key := "request " + q.text("key", "")
	hang := q.choice("then", "hang", "eof") == "hang"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.show(w, r, key, hang) })
}

// show answers a request with itself, and hangs if it is to.
func (s *site) show(w http.ResponseWriter, r *http.Request, key string, hang bool) {
	seen, err := look(w, r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	seen.N = s.visit(key)
	stream(func(w *EventWriter) {
		if sayWhat(w, seen) == nil && hang {
			w.hang()
		}
	}).ServeHTTP(w, r)
}

// look reads the whole request, up to 1 MiB of body.
func look(w http.ResponseWriter, r *http.Request) (*sight, error) {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return nil, err
	}
	return &sight{Method: r.Method, Target: r.RequestURI, Header: withHost(r), Body: string(text)}, nil
}

// withHost returns the request's header fields and Host, which net/http keeps
// apart from the others.
func withHost(r *http.Request) http.Header {
	h := r.Header.Clone()
	h.Set("Host", r.Host)
	return h
}

// sayWhat sends what was seen as one event. It is one line, as JSON without
// indentation is.
func sayWhat(w *EventWriter, seen *sight) error {
	data, err := json.Marshal(seen)
	if err != nil {
		return err
	}
	return w.Send(Event{Data: string(data)})
}
