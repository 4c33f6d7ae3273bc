package testserver

import (
	"net/http"
	"time"
)

// A body is a response that is sent piece by piece.
type body struct {
	w http.ResponseWriter
	r *http.Request
}

// write sends p at once rather than when a buffer is full.
func (b body) write(p []byte) error {
	if _, err := b.w.Write(p); err != nil {
		return err
	}
	return b.flush()
}

// flush sends the header, if that has not been sent, and what was written.
func (b body) flush() error { return http.NewResponseController(b.w).Flush() }

// wait pauses for d and reports whether the client is still there.
func (b body) wait(d time.Duration) bool { return pause(b.r, d) }

// hang keeps the response open until the client has gone or the server stops.
// net/http notices the former by itself, as long as no body is left to read.
func (b body) hang() { <-b.r.Context().Done() }

// drop cuts the connection in the middle of the body. net/http recovers this
// very panic, without a word in its log: it is the documented way to abort a
// response so that the client sees it, over HTTP/1.1 without the last chunk.
func (b body) drop() { panic(http.ErrAbortHandler) }

// pause waits for d or the end of the request, and reports whether the
// request goes on.
func pause(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return r.Context().Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}
