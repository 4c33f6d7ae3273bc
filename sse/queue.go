package sse

import "sync"

// maxAhead is how many bytes of events a Stream reads ahead of Receive; it
// may hold more by what one read brings. eventOverhead is what an event takes
// besides its text.
const (
	maxAhead      = 256 << 10
	eventOverhead = 64
)

// A queue holds events that have arrived and were not received yet, and the
// error that follows the last of them. An entry without a type, which no
// event is, moves the last event ID alone.
type queue struct {
	mu    sync.Mutex
	items []Event
	head  int // items[head:] wait
	bytes int // what they take
	id    string
	err   error
	wake  chan struct{} // one signal for Receive
	room  chan struct{} // one signal for the goroutine that reads
}

// newQueue returns an empty queue of a stream that goes on after id.
func newQueue(id string) *queue {
	return &queue{id: id, wake: make(chan struct{}, 1), room: make(chan struct{}, 1)}
}

// push appends events and returns how many bytes waited before them. After end
// or discard it drops them.
func (q *queue) push(events []Event) (waited int) {
	q.mu.Lock()
	waited = q.bytes
	if q.err == nil && len(events) > 0 {
		q.items = append(q.items, events...)
		for i := range events {
			q.bytes += sizeOf(&events[i])
		}
		signal(q.wake)
	}
	q.mu.Unlock()
	return waited
}

// sizeOf is what e counts for.
func sizeOf(e *Event) int { return len(e.Type) + len(e.Data) + len(e.LastEventID) + eventOverhead }

// full reports whether enough waits.
func (q *queue) full() bool {
	q.mu.Lock()
	full := q.bytes >= maxAhead && q.err == nil
	q.mu.Unlock()
	return full
}

// end makes err what pop returns when the events have been received.
func (q *queue) end(err error) {
	q.mu.Lock()
	if q.err == nil {
		q.err = err
	}
	q.mu.Unlock()
	signal(q.wake)
}

// discard drops what waits: err is what pop returns from now on.
func (q *queue) discard(err error) {
	q.mu.Lock()
	q.items, q.head, q.bytes, q.err = nil, 0, 0, err
	q.mu.Unlock()
	signal(q.wake)
}

// pop returns the oldest event, or the error if no event waits; ok is false
// when there is neither.
func (q *queue) pop() (e Event, ok bool, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.skip()
	if q.head == len(q.items) {
		if q.err != nil {
			signal(q.wake) // whoever else waits is to see the error too
		}
		return Event{}, q.err != nil, q.err
	}
	e = q.take()
	q.skip()
	if q.head < len(q.items) || q.err != nil {
		signal(q.wake) // signals do not add up
	}
	return e, true, nil
}

// skip takes the entries that only move the ID.
func (q *queue) skip() {
	for q.head < len(q.items) && q.items[q.head].Type == "" {
		q.take()
	}
}

// take removes the oldest entry.
func (q *queue) take() Event {
	e := q.items[q.head]
	q.items[q.head] = Event{}
	q.head++
	q.id = e.LastEventID
	if before := q.bytes; before >= maxAhead/2 && before-sizeOf(&e) < maxAhead/2 {
		signal(q.room)
	}
	q.bytes -= sizeOf(&e)
	q.compact()
	return e
}

// compact keeps memory in proportion to what waits: moving only when half of
// it is free makes the cost of a pop constant on average.
func (q *queue) compact() {
	switch {
	case q.head == len(q.items) && cap(q.items) > 1024:
		q.items, q.head = nil, 0
	case q.head == len(q.items):
		q.items, q.head = q.items[:0], 0
	case q.head >= 32 && q.head*2 >= len(q.items):
		n := copy(q.items, q.items[q.head:])
		clear(q.items[n:])
		q.items, q.head = q.items[:n], 0
	}
}

// lastEventID is the ID that holds after what has been received.
func (q *queue) lastEventID() string {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.skip()
	return q.id
}

// signal leaves one signal in c.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
