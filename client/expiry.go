package client

import "time"

func (i *queued) expired(now time.Duration) bool {
	return i.expires > 0 && now >= i.expires
}

// sweepIn has what expires within ttl taken out when it does, so that OnDrop
// hears of it and a Send that waits for room goes on. The caller holds mu.
func (q *queue) sweepIn(ttl time.Duration) {
	at := time.Now().Add(ttl)
	switch {
	case q.sweeper == nil:
		q.sweeper = time.AfterFunc(ttl, q.sweep)
	case q.sweeps.IsZero() || at.Before(q.sweeps):
		q.sweeper.Reset(ttl)
	default:
		return
	}
	q.sweeps = at
}

// sweep takes out what has expired.
func (q *queue) sweep() {
	q.mu.Lock()
	q.expire()
	q.sweeps = time.Time{}
	for _, item := range q.items {
		if item.expires > 0 {
			q.sweepIn(max(item.expires-q.now(), 0))
		}
	}
	q.change()
}

// expire removes what has outlived its time.
func (q *queue) expire() {
	now := q.now()
	kept := 0
	for _, item := range q.items {
		if item.expired(now) {
			q.drop(item.m, ErrExpired)
			q.bytes -= item.size()
			continue
		}
		q.items[kept] = item
		kept++
	}
	clear(q.items[kept:])
	q.items = q.items[:kept]
}
