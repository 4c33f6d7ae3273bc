package testserver

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/amphiwire/amphiwire/internal/eventstream"
)

// defaultHeartbeat is what section 9.2.7 of the HTML standard advises: "a
// comment line (one starting with a ':' character) every 15 seconds or so".
const defaultHeartbeat = 15 * time.Second

// defaultOpening is when a stream that has nothing to say yet sends a comment
// all the same. Firefox tells a page of an answer with the first byte of its
// body, not with its header: without one, a page would wait for the first
// event before it counts as connected.
const defaultOpening = 100 * time.Millisecond

// EventStreamOptions configures [EventStream]. The zero value is the default.
type EventStreamOptions struct {
	// Heartbeat is how often a comment is sent, so that proxies do not take
	// the stream for dead; 0: 15 s; negative: never. The first one comes after
	// 100 ms if nothing has been sent by then: some browsers tell a page that
	// a stream is open only when its body begins.
	Heartbeat time.Duration
	// Authorize is called before anything is answered. Returning false ends
	// the request; it must have written the answer then. nil: all are let in.
	Authorize func(http.ResponseWriter, *http.Request) bool
	// Header holds further fields of the response.
	Header http.Header
}

// EventStream returns a handler that answers every request with an event
// stream and calls serve to fill it. The header is sent at once, before serve
// is called: a receiver is open before the first event. The stream ends in
// order when serve returns. opts may be nil.
//
// The handler needs a server whose ResponseWriter can flush, as net/http's
// can; otherwise it answers 500.
func EventStream(serve func(*EventWriter), opts *EventStreamOptions) http.Handler {
	return eventStream(func(w *EventWriter, open func() error) {
		if open() == nil {
			serve(w)
		}
	}, opts)
}

// eventStream is EventStream for a serve that opens the stream itself, so that
// it can do something before a receiver knows that it is open. When open fails
// the request has been answered, and serve is to return.
func eventStream(serve func(w *EventWriter, open func() error), opts *EventStreamOptions) http.Handler {
	o := EventStreamOptions{}
	if opts != nil {
		o = *opts
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if o.Authorize != nil && !o.Authorize(w, r) {
			return
		}
		ew := &EventWriter{body: body{w: w, r: r}}
		stop := func() {}
		defer func() { stop() }()
		serve(ew, func() error {
			if err := ew.open(o.Header); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return err
			}
			stop = ew.beat(o.Heartbeat)
			return nil
		})
	})
}

// An EventWriter is the server's end of one event stream. All methods may be
// called concurrently, but none after the serve function has returned.
//
// The methods that write flush what they wrote, and block while the receiver
// does not read and the buffers of the connection are full. Their errors say
// that the receiver is gone, except for [FieldError], after which nothing was
// sent and the stream goes on.
type EventWriter struct {
	body
	mu    sync.Mutex
	buf   []byte // reused from event to event
	begun bool   // something has been sent
}

// put writes p, with the lock held.
func (w *EventWriter) put(p []byte) error {
	w.begun = true
	return w.write(p)
}

// open sends the header. Fields of the user's come last, so that a test can
// have a wrong one.
func (w *EventWriter) open(more http.Header) error {
	h := w.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-cache")
	// nginx collects a response until its buffer is full unless told not to.
	h.Set("X-Accel-Buffering", "no")
	for name, values := range more {
		h[name] = values
	}
	return w.flush()
}

// Send writes one event. Without data it writes an empty data field, since a
// receiver drops an event that has none (HTML standard, section 9.2.6: "If the
// data buffer is an empty string, set the data buffer and the event type
// buffer to the empty string and return.").
func (w *EventWriter) Send(e Event) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	out, err := appendEvent(w.buf[:0], e)
	w.buf = out
	if err != nil {
		return err
	}
	return w.put(out)
}

// Comment writes text as comment lines, one for each of its own. Receivers
// ignore them, but they keep proxies from taking the stream for dead.
func (w *EventWriter) Comment(text string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buf = eventstream.AppendComment(w.buf[:0], text)
	return w.put(w.buf)
}

// begin sends a comment unless something was sent before.
func (w *EventWriter) begin() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.begun {
		return nil
	}
	return w.put(eventstream.AppendComment(nil, ""))
}

// Retry tells the receiver how long to wait before it reconnects, without an
// event. d is cut to whole milliseconds and must not be negative.
func (w *EventWriter) Retry(d time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	out, err := appendRetry(w.buf[:0], d)
	w.buf = out
	if err != nil {
		return err
	}
	return w.put(out)
}

// LastEventID returns the ID that the receiver says it saw last: the request's
// Last-Event-ID field or, because a page cannot set that field on an
// EventSource, its query parameter lastEventId. It is empty for a receiver
// that starts anew.
func (w *EventWriter) LastEventID() string { return lastEventID(w.r) }

// lastEventID is EventWriter.LastEventID for a request that is not a stream
// yet.
func lastEventID(r *http.Request) string {
	if id := r.Header.Get("Last-Event-ID"); id != "" {
		return id
	}
	return r.URL.Query().Get("lastEventId")
}

// Request returns the request that opened the stream.
func (w *EventWriter) Request() *http.Request { return w.r }

// Context ends when the receiver has gone, when the server stops, and when
// the serve function has returned.
func (w *EventWriter) Context() context.Context { return w.r.Context() }

// Done is closed when [EventWriter.Context] ends.
func (w *EventWriter) Done() <-chan struct{} { return w.r.Context().Done() }

// beat sends comments every d until the returned function is called. That
// function waits for the goroutine: a ResponseWriter must not be used when
// its handler has returned.
func (w *EventWriter) beat(d time.Duration) (stop func()) {
	if d < 0 {
		return func() {}
	}
	if d == 0 {
		d = defaultHeartbeat
	}
	quit, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		w.beatUntil(quit, d)
	}()
	return func() { close(quit); <-ended }
}

// beatUntil sends comments until quit is closed or the receiver is gone.
func (w *EventWriter) beatUntil(quit <-chan struct{}, d time.Duration) {
	opening := time.NewTimer(defaultOpening)
	defer opening.Stop()
	tick := time.NewTicker(d)
	defer tick.Stop()
	for err := error(nil); err == nil; {
		select {
		case <-quit:
			return
		case <-w.Done():
			return
		case <-opening.C:
			err = w.begin()
		case <-tick.C:
			err = w.Comment("")
		}
	}
}
