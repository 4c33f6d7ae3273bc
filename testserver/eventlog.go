package testserver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
)

// The defaults of EventLogOptions.
const (
	defaultKeep     = 1024
	defaultQueue    = 256
	defaultMaxBytes = 16 << 20
)

// ErrLogClosed is what an [EventLog]'s methods return after its Close.
var ErrLogClosed = errors.New("testserver: the event log is closed")

// A Policy is what an [EventLog] does about a receiver that is too slow.
type Policy uint8

const (
	// DropOldest leaves out the oldest events that wait for the receiver, and
	// tells it with a gap event.
	DropOldest Policy = iota
	// Disconnect breaks the receiver's connection. It may come back and go on
	// where it was, as long as the log keeps that place.
	Disconnect
	// Block makes Publish wait for the receiver.
	Block
)

// EventLogOptions configures [NewEventLog]. The zero value is the default.
type EventLogOptions struct {
	// Keep is how many of the last events are kept for receivers that come
	// back; 0: 1024; negative: none.
	Keep int
	// MaxBytes limits what is kept and what waits, together, in bytes; 0:
	// 16 MiB; negative: no limit. The newest event is held whatever its size.
	MaxBytes int64
	// Queue is how many new events may wait for one receiver; 0: 256. A
	// receiver that comes back is first sent what it missed, which does not
	// count.
	Queue int
	// Policy is what becomes of a receiver for which more would wait.
	Policy Policy
	// FromStart sends all that is kept to a receiver without a last event ID,
	// too; otherwise it begins with the next event.
	FromStart bool
	// Prefix begins the IDs that the log gives out. A log that is lost when
	// the program ends needs another one each time, such as a random number:
	// otherwise a receiver could go on at an ID of the lost log that is
	// another event's in the new one.
	Prefix string
	// GapType is the type of the event by which a receiver learns that events
	// are missing; empty: "gap". Its data is the ID of the last event before
	// them; it has no ID of its own.
	GapType string
}

// withDefaults is o, which may be nil, with its zero values replaced.
func (o *EventLogOptions) withDefaults() EventLogOptions {
	if o == nil {
		o = &EventLogOptions{}
	}
	out := *o
	out.Keep = max(cmp.Or(o.Keep, defaultKeep), 0)
	out.Queue = max(cmp.Or(o.Queue, defaultQueue), 1)
	out.MaxBytes = cmp.Or(o.MaxBytes, defaultMaxBytes)
	out.GapType = cmp.Or(o.GapType, "gap")
	return out
}

// An EventLog hands each event to every receiver, and keeps the last ones for
// receivers that come back after a loss. Events are held once, however many
// receivers wait for them, so memory is bounded by EventLogOptions.MaxBytes
// and what the connections buffer. No receiver keeps another one waiting,
// unless Policy is Block.
//
// It is for programs as well as tests: serve an EventStream with
// [EventLog.Serve]. All methods may be called concurrently.
type EventLog struct {
	opts EventLogOptions

	mu        sync.Mutex
	ring      ring
	receivers map[*receiver]struct{}
	closed    bool
	room      chan struct{} // closed when a receiver has caught up, then made anew
}

// NewEventLog returns an empty log. opts may be nil.
func NewEventLog(opts *EventLogOptions) *EventLog {
	o := opts.withDefaults()
	l := &EventLog{opts: o, receivers: map[*receiver]struct{}{}, room: make(chan struct{})}
	l.ring = newRing(o.Keep, o.Keep+o.Queue, o.MaxBytes)
	return l
}

// Publish adds an event and returns its ID, which is e.ID or, if that is
// empty, the log's Prefix and a number that counts the events from 1. IDs are
// to be unique. It does not wait for receivers unless Policy is Block; then
// ctx, the log's Close or a receiver that leaves ends the wait. A value that
// the format cannot carry is a [*FieldError].
func (l *EventLog) Publish(ctx context.Context, e Event) (id string, err error) {
	return l.publish(ctx, func(id string) Event {
		e.ID = cmp.Or(e.ID, id)
		return e
	})
}

// publish adds the event that is made for the next ID.
func (l *EventLog) publish(ctx context.Context, event func(id string) Event) (id string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.await(ctx); err != nil {
		return "", err
	}
	e := event(l.opts.Prefix + strconv.FormatUint(l.ring.end()+1, 10))
	wire, err := appendEvent(nil, e)
	if err != nil {
		return "", err
	}
	l.ring.add(e.ID, wire)
	for r := range l.receivers {
		l.notify(r)
	}
	return e.ID, nil
}

// await waits until the log has room for an event, with the lock held before
// and after but not meanwhile.
func (l *EventLog) await(ctx context.Context) error {
	for !l.closed && l.opts.Policy == Block && l.anyFull() {
		room := l.room
		l.mu.Unlock()
		select {
		case <-room:
		case <-ctx.Done():
		}
		l.mu.Lock()
		if ctx.Err() != nil {
			return fmt.Errorf("testserver: a receiver is %d events behind: %w", l.opts.Queue, context.Cause(ctx))
		}
	}
	if l.closed {
		return ErrLogClosed
	}
	return nil
}

func (l *EventLog) anyFull() bool {
	for r := range l.receivers {
		if l.behind(r) >= uint64(l.opts.Queue) {
			return true
		}
	}
	return false
}

// behind is how many new events wait for r. Those from before it came are
// replayed and do not count.
func (l *EventLog) behind(r *receiver) uint64 { return l.ring.end() - max(r.next, r.joined) }

// notify wakes r for a new event, after dealing with it if it is too slow.
func (l *EventLog) notify(r *receiver) {
	if l.behind(r) > uint64(l.opts.Queue) {
		if l.opts.Policy == Disconnect {
			l.expel(r)
			return
		}
		r.skipTo(l.ring.end() - uint64(l.opts.Queue))
	}
	signal(r.wake)
}

// Receivers returns how many streams are being served: those whose clients
// have not gone, as far as the server can tell.
func (l *EventLog) Receivers() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.receivers)
}

// Close ends every Serve once it has sent what waits for it, and makes Publish
// fail. It does not wait for either.
func (l *EventLog) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.wakePublishers()
	for r := range l.receivers {
		signal(r.wake)
	}
}

// wakePublishers lets those that wait for room look again.
func (l *EventLog) wakePublishers() {
	close(l.room)
	l.room = make(chan struct{})
}

// signal leaves one signal in c.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
