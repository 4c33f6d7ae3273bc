package testserver

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// ErrSlowReceiver is what [EventLog.Serve] returns when it has given a
// receiver up under the policy Disconnect.
var ErrSlowReceiver = errors.New("testserver: the receiver was too slow")

// maxWrite is about how much of what waits goes into one write.
const maxWrite = 64 << 10

// A receiver is a place in the log, moving forward. The log's mutex guards it.
type receiver struct {
	w      *EventWriter
	next   uint64 // number of the event to send next
	joined uint64 // number of the first event after it came
	gap    bool   // events before next were left out
	last   string // the ID of the last event before the gap
	slow   bool   // it has been given up
	wake   chan struct{}
}

// skipTo leaves out the events before number n.
func (r *receiver) skipTo(n uint64) {
	if n > r.next {
		r.next, r.gap = n, true
	}
}

// Serve sends w's receiver what it missed, if it says which event it saw last,
// and then every event as it is published. If some of what it missed is no
// longer kept, or its last event ID is none of this log's, an event of type
// EventLogOptions.GapType comes first: the receiver then knows that it has to
// load the whole state anew.
//
// It blocks until the log is closed, which is nil, the receiver is gone, which
// is the error of the writer or its context, or the receiver is given up as
// too slow. The handler is to return then. What is published between the
// response's header and this call is not sent to a receiver that starts anew;
// [EventLog.Handler] leaves no such gap.
func (l *EventLog) Serve(w *EventWriter) error { return l.follow(l.join(w)) }

// Handler returns a handler that answers every request with an event stream of
// the log, as [EventLog.Serve] does. A receiver gets all that is published from
// the moment its stream is open. One that is too slow is cut off. opts may be
// nil.
func (l *EventLog) Handler(opts *EventStreamOptions) http.Handler {
	return l.stream(func(w *EventWriter, joined *receiver) {
		if err := l.follow(joined); errors.Is(err, ErrSlowReceiver) {
			w.drop() // so that the receiver does not take it for the end of the stream
		}
	}, opts)
}

// stream is an event stream whose receiver joins before it knows that the
// stream is open: what is published from then on is for it. serve has to call
// follow.
func (l *EventLog) stream(serve func(*EventWriter, *receiver), opts *EventStreamOptions) http.Handler {
	return eventStream(func(w *EventWriter, open func() error) {
		joined := l.join(w)
		if open() != nil {
			l.leave(joined)
			return
		}
		serve(w, joined)
	}, opts)
}

// follow is Serve for a receiver that has joined.
func (l *EventLog) follow(r *receiver) error {
	defer l.leave(r)
	w := r.w
	var buf []byte
	for {
		var more bool
		var err error
		if buf, more, err = l.take(r, buf[:0]); err != nil || !more {
			return err
		}
		if len(buf) > 0 {
			if err := w.send(buf); err != nil {
				return l.reason(r, err)
			}
			continue
		}
		select {
		case <-r.wake:
		case <-w.Done():
			return context.Cause(w.Context())
		}
	}
}

// join makes a receiver for w, at the place that its last event ID asks for.
func (l *EventLog) join(w *EventWriter) *receiver {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := &receiver{w: w, next: l.ring.end(), joined: l.ring.end(), last: w.LastEventID(), wake: make(chan struct{}, 1)}
	switch {
	case r.last != "":
		next, known := l.ring.after(r.last)
		r.next, r.gap = next, !known
	case l.opts.FromStart:
		r.next = l.ring.oldest()
	}
	l.receivers[r] = struct{}{}
	return r
}

func (l *EventLog) leave(r *receiver) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.receivers, r)
	l.wakePublishers()
}

// take appends what is to be written next. It appends nothing if there is
// nothing, and more is false if there never will be.
func (l *EventLog) take(r *receiver, buf []byte) (out []byte, more bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.slow {
		return nil, false, ErrSlowReceiver
	}
	r.skipTo(l.ring.first) // a limit in bytes may have left events out that were to be replayed
	if r.gap {
		r.gap = false
		if buf, err = appendEvent(buf, Event{Type: l.opts.GapType, Data: r.last}); err != nil {
			return nil, false, err
		}
	}
	for r.next < l.ring.end() && len(buf) < maxWrite {
		e := l.ring.at(r.next)
		buf = append(buf, e.wire...)
		r.last = e.id
		r.next++
	}
	if l.opts.Policy == Block {
		l.wakePublishers()
	}
	return buf, len(buf) > 0 || !l.closed, nil
}

// expel gives r up. A write that blocks, as one to a slow receiver does, would
// not notice: its deadline ends it.
func (l *EventLog) expel(r *receiver) {
	r.slow = true
	delete(l.receivers, r)
	signal(r.wake)
	_ = http.NewResponseController(r.w.w).SetWriteDeadline(time.Unix(1, 0))
}

// reason is ErrSlowReceiver if that is why a write failed.
func (l *EventLog) reason(r *receiver, err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.slow {
		return ErrSlowReceiver
	}
	return err
}

// send writes events that have been encoded.
func (w *EventWriter) send(p []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.put(p)
}
