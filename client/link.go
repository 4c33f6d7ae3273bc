package client

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// A link is one connection in the life of a session. What still refers to an
// earlier one finds it over.
type link struct {
	t          transport.Conn
	generation int
	opened     time.Duration

	ctx    context.Context // ends when it is over
	cancel context.CancelFunc
	over   <-chan struct{} // of ctx
	once   sync.Once

	ended   chan struct{} // closed when everything that arrived has been taken
	err     error         // why; written before ended is closed
	flushed chan struct{} // closed when nothing of the queue is being sent
	broken  chan struct{} // holds a value when a write has failed
	dead    chan error    // the guard's verdict
	gone    error         // why abandon closes it; written before it does

	probe    chan struct{} // tells the guard to probe
	arrived  chan struct{} // holds a value when something has arrived
	arrivals atomic.Int64  // messages
	heard    atomic.Int64  // when the last of them came, by the wall clock
	deaf     atomic.Bool   // nothing is taken, since the program receives nothing
}

func (s *session) newLink(t transport.Conn, generation int) *link {
	l := &link{
		t: t, generation: generation, opened: s.now(),
		ended: make(chan struct{}), flushed: make(chan struct{}), broken: make(chan struct{}, 1), dead: make(chan error, 1),
		probe: make(chan struct{}, 1), arrived: make(chan struct{}, 1),
	}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	l.over = l.ctx.Done()
	l.heard.Store(int64(l.opened))
	return l
}

// use makes t the connection by which messages are sent from now on.
func (s *session) use(t transport.Conn, generation int) *link {
	l := s.newLink(t, generation)
	s.last.Store(l)
	s.queue.open(l)
	return l
}

// signal leaves a value in c unless there is one.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// pump takes what arrives, so that heartbeats are answered to and the end is
// noticed whether or not the program receives.
func (s *session) pump(l *link) {
	for {
		m, err := l.t.Receive(context.Background(), nil)
		if err != nil {
			l.err = fromTransport(err)
			if full, ok := l.err.(*BufferFullError); ok { // of the transport's part
				full.Limit, full.Size = s.opts.config("").MaxBuffered, full.Size+s.inbox.Bytes()
			}
			close(l.ended)
			return
		}
		l.heard.Store(int64(s.now()))
		l.arrivals.Add(1)
		signal(l.arrived)
		if s.heartbeat.answers(m) {
			continue
		}
		s.awaitRoom(l)
		s.inbox.Push(m)
	}
}

// awaitRoom waits until the program has received enough, so that the transport
// holds the peer back. It does not wait for the rest of a connection that is
// over, which is no more than the transport has.
func (s *session) awaitRoom(l *link) {
	for s.inbox.Bytes() > s.maxInbox {
		l.deaf.Store(true)
		select {
		case <-s.room:
		case <-l.over:
			return
		case <-l.t.Done():
			return
		}
	}
	l.deaf.Store(false)
}

// flush sends what was queued, one after the other.
func (s *session) flush(l *link) {
	for s.flushOne(l) {
	}
	close(l.flushed)
}

// flushOne returns false when l takes no more, or there is nothing.
func (s *session) flushOne(l *link) bool {
	item, ok := s.queue.next(l)
	if !ok {
		return false
	}
	if s.pacer.wait(l.ctx, l.t.Done()) != nil || s.isOver(l) {
		s.queue.putBack(item)
		return false
	}
	if item.expired(s.now()) {
		s.queue.lose(item.m, ErrExpired)
		return true
	}
	m := item.m
	err := l.t.Send(l.ctx, transport.Message{Type: transport.Type(m.Type), Data: m.Data})
	switch {
	case err == nil:
		s.sent(m)
		return true
	case err == context.Canceled: // before its first byte
		s.queue.putBack(item)
	default:
		s.fail(l) // before anybody may take it for idle
		s.doubt(m, l.broke(err))
		s.queue.landed()
	}
	return false
}

// broke is what broke a connection on which a write has failed with err. That
// abandon has closed it is not for a program to see: its Conn goes on.
func (l *link) broke(err error) error {
	if errors.Is(err, transport.ErrClosed) && l.gone != nil {
		return l.gone
	}
	return fromTransport(err)
}

// fail takes l out of use because a write has failed.
func (s *session) fail(l *link) {
	s.queue.broken(l)
	signal(l.broken)
}
