package client

import "time"

func (i *queued) expired(now time.Time) bool {
	return !i.expires.IsZero() && !now.Before(i.expires)
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
	drops := q.expire()
	q.sweeps = time.Time{}
	for _, item := range q.items {
		if !item.expires.IsZero() {
			q.sweepIn(max(item.expires.Sub(q.now()), 0))
		}
	}
	q.change()
	q.mu.Unlock()
	q.drop(drops)
}

// expire removes what has outlived its time.
func (q *queue) expire() (drops []dropped) {
	now := q.now()
	kept := q.items[:0]
	for _, item := range q.items {
		if item.expired(now) {
			drops = append(drops, dropped{item.m, ErrExpired})
			q.bytes -= item.size()
			continue
		}
		kept = append(kept, item)
	}
	clear(q.items[len(kept):])
	q.items = kept
	return drops
}
