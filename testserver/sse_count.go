package testserver

import (
	"net/http"
	"strconv"
	"time"
)

// A counter serves /sse/count.
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
// is nothing left: a receiver that gets 204 "must fail the connection" and so
// does not come back (HTML standard, section 9.2.3).
func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	next := c.next(r)
	if c.then == "204" && (next > c.last && next > c.first || c.finished()) {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	stream(func(w *EventWriter) { c.count(w, next) }).ServeHTTP(w, r)
}

// next returns the first event to send. An id that this route never sent
// starts anew.
func (c *counter) next(r *http.Request) int {
	id, err := strconv.Atoi(lastEventID(r))
	if err != nil || id < c.first || id > c.last {
		return c.first
	}
	return id + 1
}

// finished reports whether a stream with this key has ended, and forgets it.
func (c *counter) finished() bool {
	if c.key == "" {
		return false
	}
	was := false
	c.site.ended.update(c.key, func(ended bool) bool { was = ended; return false })
	return was
}

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

func (c *counter) end(w *EventWriter) {
	if c.then == "hang" {
		w.hang()
	}
	if c.then == "204" && c.key != "" {
		c.site.ended.update(c.key, func(bool) bool { return true })
	}
}
