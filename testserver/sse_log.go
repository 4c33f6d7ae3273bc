package testserver

import (
	"cmp"
	"net/http"
	"strings"
	"time"
)

// maxFill is how long the data of an event of /sse/log may be made.
const maxFill = 64 << 10

// A logVisit is one request for /sse/log: what it publishes, and when.
type logVisit struct {
	log                 *EventLog
	before, after, size int
	interval            time.Duration
	listen              bool
}

// prepareLog finds the log of the request's key, or makes it as the first
// request with that key asks.
func prepareLog(s *site, q *query) http.Handler {
	opts := &EventLogOptions{
		Keep:      cmp.Or(q.int("keep", 10, 0, maxCount), -1),
		Queue:     q.int("queue", 100, 1, maxCount),
		FromStart: q.flag("fromstart", false),
	}
	switch q.choice("policy", "drop", "disconnect", "block") {
	case "disconnect":
		opts.Policy = Disconnect
	case "block":
		opts.Policy = Block
	}
	v := &logVisit{
		before: q.int("before", 0, 0, maxCount), after: q.int("after", 0, 0, maxCount),
		size: q.int("size", 0, 0, maxFill), interval: q.millis("interval", 0), listen: q.flag("listen", true),
	}
	key := q.text("key", "")
	if q.err == nil { // a request that is refused leaves no log behind
		v.log = s.logs.update(key, func(l *EventLog) *EventLog {
			if l == nil {
				l = NewEventLog(opts)
			}
			return l
		})
	}
	return v
}

// ServeHTTP publishes, and serves the log to this receiver if it listens.
func (v *logVisit) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.publish(r, v.before, 0)
	if !v.listen {
		v.publish(r, v.after, v.interval)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	v.log.stream(func(w *EventWriter, joined *receiver) {
		done := make(chan struct{})
		defer func() { <-done }() // it uses the request's context
		go func() {
			defer close(done)
			v.publish(r, v.after, v.interval)
		}()
		if v.log.follow(joined) != nil {
			w.drop() // so that the receiver does not take it for the end of the stream
		}
	}, nil).ServeHTTP(w, r)
}

// publish adds n events whose data are their numbers, filled up with dots.
func (v *logVisit) publish(r *http.Request, n int, interval time.Duration) {
	for k := range n {
		if k > 0 && !pause(r, interval) {
			return
		}
		if _, err := v.log.publish(r.Context(), func(id string) Event {
			return Event{ID: id, Data: id + strings.Repeat(".", max(v.size-len(id), 0))}
		}); err != nil {
			return
		}
	}
}
