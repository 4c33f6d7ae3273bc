package client

import "time"

func (i *queued) expired(now time.Duration) bool {
	return i.expires > 0 && now >= i.expires
}

// expect notes when an item expires, if it does. The caller holds mu.
func (q *queue) expect(expires time.Duration) {
	if expires > 0 && (q.due == 0 || expires < q.due) {
		q.due = expires
	}
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
	if q.due > 0 {
		q.sweepIn(max(q.due-q.now(), 0))
	}
	q.change()
}

// expire removes what has outlived its time. It looks at the items only if one
// of them may have: it is called for each message, and there may be many.
func (q *queue) expire() {
	now := q.now()
	if q.due == 0 || now < q.due {
		return
	}
	q.due = 0
	kept := 0
	for _, item := range q.items {
		if item.expired(now) {
			q.drop(item.m, ErrExpired)
			q.bytes -= item.size()
			continue
		}
		q.expect(item.expires)
		q.items[kept] = item
		kept++
	}
	clear(q.items[kept:])
	q.items = q.items[:kept]
}
