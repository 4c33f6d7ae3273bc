package transport

import (
	"context"
	"sync/atomic"
)

// Overhead is the memory, in bytes, that a waiting message takes beside its
// payload. It counts, so that a peer cannot fill the memory with empty
// messages.
const Overhead = 32

// An Inbox holds messages that have arrived and were not received yet, and
// the error that follows the last of them.
//
// Its mutex is held for a few statements that never wait, so Push and End may
// be called from a browser callback.
type Inbox struct {
	mu    mutex
	queue []Message
	head  int // queue[head:] are waiting
	bytes int64
	err   error
	ready atomic.Bool // Pop would not wait; changed with mu held
	wake  chan struct{}
}

// NewInbox returns an empty Inbox.
func NewInbox() *Inbox { return &Inbox{wake: make(chan struct{}, 1)} }

// Push appends m and reports what Bytes is now. After End it drops m.
func (b *Inbox) Push(m Message) int64 {
	b.mu.Lock() // without defer, which would double what a message costs in wasm
	if b.err == nil {
		b.queue = append(b.queue, m)
		b.bytes += Overhead + int64(len(m.Data))
		b.ready.Store(true)
		b.Signal()
	}
	bytes := b.bytes
	b.mu.Unlock()
	return bytes
}

// End makes err what Pop returns once the queue is empty. Only the first call
// counts.
func (b *Inbox) End(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err == nil {
		b.err = err
	}
	b.ready.Store(true)
	b.Signal()
}

// Discard drops what waits and makes err what every Pop returns from now on.
func (b *Inbox) Discard(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queue, b.head, b.bytes = nil, 0, 0
	b.err = err
	b.ready.Store(true)
	b.Signal()
}

// Ready reports whether there is something to pop. It is cheaper than to try.
func (b *Inbox) Ready() bool { return b.ready.Load() }

// TryPop returns the oldest message, or the error if no message waits; ok is
// false when there is neither. It never waits.
func (b *Inbox) TryPop() (m Message, ok bool, err error) {
	if !b.Ready() {
		return Message{}, false, nil
	}
	b.mu.Lock() // without defer, as in Push
	if b.head < len(b.queue) {
		m, ok = b.take(), true
	} else if b.err != nil {
		b.Signal() // whoever else waits is to see the error too
		ok, err = true, b.err
	}
	b.mu.Unlock()
	return m, ok, err
}

// take takes the oldest message out of the queue.
func (b *Inbox) take() Message {
	m := b.queue[b.head]
	b.queue[b.head] = Message{}
	b.head++
	b.bytes -= Overhead + int64(len(m.Data))
	b.compact()
	if b.head < len(b.queue) || b.err != nil {
		b.Signal()
	} else {
		b.ready.Store(false)
	}
	return m
}

// compact keeps the queue's memory in proportion to what waits: moving only
// when half of it is free makes the cost of a Pop constant on average.
func (b *Inbox) compact() {
	switch {
	case b.head == len(b.queue) && cap(b.queue) > 1024:
		b.queue, b.head = nil, 0
	case b.head == len(b.queue):
		b.queue, b.head = b.queue[:0], 0
	case b.head >= 32 && b.head*2 >= len(b.queue):
		n := copy(b.queue, b.queue[b.head:])
		clear(b.queue[n:])
		b.queue, b.head = b.queue[:n], 0
	}
}

// Bytes is the sum of the payloads that wait, and Overhead for each of them.
func (b *Inbox) Bytes() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.bytes
}

// Signal wakes one goroutine that waits on Wake. Signals do not add up; who
// is woken and leaves something behind signals again.
func (b *Inbox) Signal() {
	if len(b.wake) > 0 {
		return // what is below would find out too, and later
	}
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// Wake delivers a value after Push, End, Discard or Signal.
func (b *Inbox) Wake() <-chan struct{} { return b.wake }

// Pop waits for a message, the error, or the end of ctx. What has already
// arrived is returned even if ctx has ended.
func (b *Inbox) Pop(ctx context.Context) (Message, error) {
	for {
		if m, ok, err := b.TryPop(); ok {
			return m, err
		}
		select {
		case <-b.wake:
		case <-ctx.Done():
			return Message{}, ctx.Err() // a signal stays for another
		}
	}
}
