package client

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// A QueuePolicy says what becomes of a message for which the queue has no
// room.
type QueuePolicy uint8

// The policies of a SendQueue.
const (
	// Block makes Send wait for room, or for the end of its context.
	Block QueuePolicy = iota
	// Fail makes Send return [ErrQueueFull].
	Fail
	// DropOldest drops messages from the front, which OnDrop hears of.
	DropOldest
	// DropNewest drops the message itself: OnDrop hears of it, and Send
	// returns nil.
	DropNewest
)

// A SendQueue holds what is sent while there is no connection, and while what
// was queued before is being sent, so that the order is kept. It is used with
// [Options.Reconnect] alone: without it, a Conn that is lost does not come
// back, and Connect refuses a SendQueue.
type SendQueue struct {
	// MaxBytes limits the payloads that wait, with 32 bytes added for each. A
	// message that is over it by itself waits in Send with Block, and gives
	// ErrQueueFull otherwise. 0: 1 MiB; negative: no limit.
	MaxBytes int64
	// MaxMessages limits how many messages wait. 0: 4,096; negative: no limit.
	MaxMessages int
	// Policy is what Send does when there is no room.
	Policy QueuePolicy
	// OnDrop is told of each message that Send had accepted and that was not
	// delivered to the kernel or the browser, and why: [ErrQueueFull],
	// [ErrExpired], an [*InDoubtError] if it was being written when the
	// connection broke, or what ended the Conn. It may be called by several
	// goroutines at a time, Send and Close among them, and holds them up. It
	// may call Send, but not Close.
	OnDrop func(Message, error)
}

const (
	defaultQueueBytes    = 1 << 20
	defaultQueueMessages = 4096
)

// isZero reports whether nothing was set.
func (o *SendQueue) isZero() bool {
	return o.MaxBytes == 0 && o.MaxMessages == 0 && o.Policy == Block && o.OnDrop == nil
}

// A queued message is a copy: its sender may have reused the memory.
type queued struct {
	m       Message
	expires time.Duration // by the wall clock; 0, or a sum that overflows: never
}

func (q *queued) size() int64 { return transport.Overhead + int64(len(q.m.Data)) }

// A dropped message is one that OnDrop is to be told of.
type dropped struct {
	m   Message
	err error
}

// A queue is what has been accepted and not been sent. While it is empty and
// there is a connection, senders go by it.
type queue struct {
	opts   SendQueue
	now    func() time.Duration
	never  bool                 // no other connection will come: there is nothing to wait for
	apart  func(func())         // runs a function in another goroutine
	direct atomic.Pointer[link] // link, while nothing is in the way; changed with mu held

	mu      sync.Mutex
	drops   []dropped // what OnDrop is told of when mu is given back
	items   []queued
	bytes   int64
	link    *link // the connection that takes what waits; nil: none
	flying  int64 // the size of the message that is being written; 0: none
	err     error // why nothing is accepted any more
	changed chan struct{}
	due     time.Duration // no item expires before, by the wall clock; 0: none does
	sweeper *time.Timer   // fires when the first of the items expires; nil: none can
	sweeps  time.Time     // when that is
}

func newQueue(o SendQueue, now func() time.Duration) *queue {
	o.MaxBytes = limit(o.MaxBytes, defaultQueueBytes)
	o.MaxMessages = orDefault(o.MaxMessages, defaultQueueMessages, int(^uint(0)>>1))
	return &queue{opts: o, now: now, changed: make(chan struct{})}
}

// drop has OnDrop told of m once the caller, who holds mu, unlocks. In each of
// its callers it would be longer than a call, as change would.
//
//go:noinline
func (q *queue) drop(m Message, err error) {
	if q.opts.OnDrop != nil {
		q.drops = append(q.drops, dropped{m, err})
	}
}

// unlock gives mu back and tells OnDrop of what was dropped.
func (q *queue) unlock() {
	drops := q.drops
	q.drops = nil
	q.mu.Unlock()
	q.tell(drops)
}

// unlockFlush is unlock for who sends what waits. OnDrop may call Send, which
// waits for room that nobody else makes; not when nothing is accepted any more.
func (q *queue) unlockFlush() {
	drops, over := q.drops, q.err != nil
	q.drops = nil
	q.mu.Unlock()
	switch {
	case over:
		q.tell(drops)
	case len(drops) > 0:
		q.apart(func() { q.tell(drops) })
	}
}

func (q *queue) tell(drops []dropped) {
	for _, d := range drops {
		q.opts.OnDrop(d.m, d.err)
	}
}

// wake wakes all who wait. The caller holds mu.
func (q *queue) wake() {
	close(q.changed)
	q.changed = make(chan struct{})
}

// change is wake and unlock.
//
//go:noinline
func (q *queue) change() {
	q.wake()
	q.unlock()
}

// put queues m. If it has to wait, wait is not nil: it is closed when trying
// again is worth it. direct is the connection to use instead, when nothing is
// in the way any more.
func (q *queue) put(m Message, o SendOptions) (direct *link, wait <-chan struct{}, err error) {
	q.mu.Lock()
	direct, wait, err = q.place(m, o)
	q.unlock()
	return direct, wait, err
}

// place is put with mu held.
func (q *queue) place(m Message, o SendOptions) (direct *link, wait <-chan struct{}, err error) {
	item := queued{m: m}
	switch {
	case q.err != nil:
		return nil, nil, q.err
	case q.link != nil && q.idle():
		q.direct.Store(q.link)
		return q.link, nil, nil
	case q.never:
		return nil, q.changed, nil // until it is known what ended the last one
	case o.Volatile:
		return nil, nil, ErrNotConnected
	case item.size() > q.opts.MaxBytes && q.opts.Policy != Block:
		return nil, nil, ErrQueueFull
	}
	if !q.fits(item.size()) {
		q.expire()
	}
	for !q.fits(item.size()) {
		switch q.opts.Policy {
		case Block:
			return nil, q.changed, nil
		case Fail:
			return nil, nil, ErrQueueFull
		case DropNewest:
			q.drop(m, ErrQueueFull)
			return nil, nil, nil
		case DropOldest:
			q.drop(q.pop().m, ErrQueueFull)
		}
	}
	q.push(item, o.TTL)
	return nil, nil, nil
}

// fits reports whether one more message of a size may wait. A place is kept for
// the one that is being written, which may come back, unless another one can be
// dropped for it then.
func (q *queue) fits(size int64) bool {
	messages, bytes := len(q.items), q.bytes
	if q.flying > 0 && q.opts.Policy != DropOldest {
		messages, bytes = messages+1, bytes+q.flying
	}
	return bytes+size <= q.opts.MaxBytes && messages < q.opts.MaxMessages
}

func (q *queue) idle() bool { return len(q.items) == 0 && q.flying == 0 }

func (q *queue) push(item queued, ttl time.Duration) {
	item.m.Data = append([]byte(nil), item.m.Data...)
	if ttl > 0 {
		item.expires = q.now() + ttl
		q.expect(item.expires)
		q.sweepIn(ttl)
	}
	q.bytes += item.size()
	q.items = append(q.items, item)
}

func (q *queue) pop() queued {
	item := q.items[0]
	q.items[0] = queued{} // what it holds is not kept alive by the array
	q.items = q.items[1:]
	q.bytes -= item.size()
	return item
}

// open makes l what takes the messages, or nothing if it is nil.
func (q *queue) open(l *link) {
	q.mu.Lock()
	q.link = l
	q.direct.Store(nil)
	q.change()
}

// broken takes l out of use, if it is in use.
func (q *queue) broken(l *link) {
	q.mu.Lock()
	if q.link == l {
		q.link = nil
		q.direct.Store(nil)
	}
	q.mu.Unlock()
}

// next takes the message that l is to send, false if there is none or l is
// not in use any more.
func (q *queue) next(l *link) (item queued, ok bool) {
	q.mu.Lock()
	q.expire()
	q.flying = 0
	if ok = q.link == l && len(q.items) > 0; ok {
		item = q.pop()
		q.flying = item.size()
	}
	q.wake()
	q.unlockFlush()
	return item, ok
}

// putBack undoes next for a message of which nothing was sent. If there is no
// room any more it is the oldest that is dropped.
func (q *queue) putBack(item queued) {
	q.mu.Lock()
	q.flying = 0
	if q.fits(item.size()) {
		q.bytes += item.size()
		q.items = append([]queued{item}, q.items...)
		q.expect(item.expires)
	} else {
		q.drop(item.m, ErrQueueFull)
	}
	q.wake()
	q.unlockFlush()
}

// lose tells OnDrop of a message that next has returned.
func (q *queue) lose(m Message, err error) {
	q.mu.Lock()
	q.drop(m, err)
	q.unlockFlush()
}

// landed ends the flight of a message that did not arrive in order.
func (q *queue) landed() {
	q.mu.Lock()
	q.flying = 0
	q.change()
}

// refuse makes err what put returns from now on. What waits still waits.
func (q *queue) refuse(err error) {
	q.mu.Lock()
	if q.err == nil {
		q.err = err
	}
	q.direct.Store(nil)
	q.change()
}

// drain waits until nothing waits, or ctx ends.
func (q *queue) drain(ctx context.Context) {
	for {
		q.mu.Lock()
		idle, changed := q.idle(), q.changed
		q.mu.Unlock()
		if idle {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// end takes out what is left and tells OnDrop that it will not be sent.
func (q *queue) end(err error) (left []Message) {
	q.refuse(err)
	q.mu.Lock()
	left = make([]Message, len(q.items))
	for i, item := range q.items {
		left[i] = item.m
		q.drop(item.m, err)
	}
	q.items, q.bytes, q.due, q.link = nil, 0, 0, nil
	if q.sweeper != nil {
		q.sweeper.Stop()
	}
	q.change()
	return left
}

// waiting is how many messages and bytes of payload wait.
func (q *queue) waiting() (messages, bytes int64) {
	q.mu.Lock()
	n := int64(len(q.items))
	bytes = q.bytes - n*transport.Overhead
	q.mu.Unlock()
	return n, bytes
}
