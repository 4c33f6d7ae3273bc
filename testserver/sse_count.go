package testserver

import (
	"net/http"
	"strconv"
	"time"
)

// A counter serves /sse/count. It keeps nothing between requests except which
// keys have come to their end: the receiver's id says where to go on.
type counter struct {
	site        *site
	first, last int
	interval    time.Duration
	retry       int // ms; negative: not sent
	drop        int
	typ         string
	key         string
	then        string
}

// prepareCount takes n as a number of events, and from as the first id, so the
// last id is from+n-1.
func prepareCount(s *site, q *query) http.Handler {
	c := &counter{site: s, first: q.int("from", 1, 0, maxCount)}
	c.last = c.first + q.int("n", 10, 0, maxCount) - 1
	c.interval = q.millis("interval", 0)
	c.retry = q.int("retry", -1, 0, int(24*time.Hour/time.Millisecond))
	c.drop = q.int("drop", 0, 0, maxCount)
	c.typ = q.field("type", "")
	c.key = q.text("key", "")
	c.then = q.choice("then", "204", "hang", "eof")
	return c
}

// ServeHTTP goes on after the receiver's last event, or tells it that there
// is nothing left: by the HTML standard, section 9.2.3, a status other than
// 200 fails the connection, and 204 is the one meant for a server that has no
// more to say.
func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	next := c.next(r)
	if c.then == "204" && (next > c.last && next > c.first || c.finished()) {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	stream(func(w *EventWriter) { c.count(w, next) }).ServeHTTP(w, r)
}

// next returns the first event to send. An id that this route never sent
// starts anew, as a server does that has lost its past.
func (c *counter) next(r *http.Request) int {
	id, err := strconv.Atoi(lastEventID(r))
	if err != nil || id < c.first || id > c.last {
		return c.first
	}
	return id + 1
}

// finished reports whether a stream with this key has ended, and forgets it:
// a test that runs again, or on another target, finds the route as it was.
func (c *counter) finished() bool {
	if c.key == "" {
		return false
	}
	was := false
	c.site.ended.update(c.key, func(ended bool) bool { was = ended; return false })
	return was
}

// count sends the events from next on. The cut after every drop events leaves
// the last event alone: there, then says what happens.
func (c *counter) count(w *EventWriter, next int) {
	if c.retry >= 0 && w.Retry(time.Duration(c.retry)*time.Millisecond) != nil {
		return
	}
	for sent := 1; next <= c.last; sent++ {
		if !c.send(w, next) {
			return
		}
		if next++; next <= c.last && sent == c.drop {
			w.drop()
		}
	}
	c.end(w)
}

// send writes one event, the first without a pause before it.
func (c *counter) send(w *EventWriter, k int) bool {
	if k > c.first && !w.wait(c.interval) {
		return false
	}
	s := strconv.Itoa(k)
	return w.Send(Event{ID: s, Type: c.typ, Data: s}) == nil
}

// end does what then asks for. That the stream has ended is remembered only
// for a receiver that has a key, since others are known by their id.
func (c *counter) end(w *EventWriter) {
	if c.then == "hang" {
		w.hang()
	}
	if c.then == "204" && c.key != "" {
		c.site.ended.update(c.key, func(bool) bool { return true })
	}
}
