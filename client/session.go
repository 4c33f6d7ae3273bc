package client

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// A session is what a Conn is made of that has something to look after: its
// connections come and go, and the session stays. One goroutine, the
// supervisor, owns dialling (supervisor.go); each connection has a pump and a
// guard (link.go, heartbeat.go); what is received waits in one inbox and what
// is to be sent in one queue, so that order survives a connection.
type session struct {
	dialer
	policy    *policy
	heartbeat *Heartbeat // with defaults; nil: none
	states    states
	queue     *queue
	pacer     *pacer

	inbox    *transport.Inbox
	maxInbox int64         // from how many bytes on nothing more is taken from a connection
	room     chan struct{} // holds a value when inbox has room again

	last      atomic.Pointer[link] // the current connection, or the last one
	lifecycle lifecycle
	clock     *clock // the supervisor's

	ctx     context.Context // ends when Close has nothing more to send, or the session is over
	stop    context.CancelFunc
	done    chan struct{} // closed when the supervisor has returned
	workers atomic.Int64  // goroutines that the supervisor waits for
	idle    chan struct{} // holds a value when there may be none
	closing closing

	closeTimeout time.Duration
	halfClose    time.Duration // half of it, rounded up

	messagesSent, messagesReceived, bytesSent, bytesReceived, reconnects atomic.Int64
}

// A closing is how CloseWith wants the session to end.
type closing struct {
	mu     sync.Mutex
	begun  bool
	code   uint16
	reason string
	err    error     // of the closing handshake; written before session.done is closed
	cause  error     // what ended the session before there was one; likewise
	left   []Message // what was in the queue; likewise
	doubt  []Message // what was in doubt since closing began
	broke  error     // why the last of these was

	late <-chan time.Time // CloseTimeout has passed since it began; nil before
}

// supervise makes the first connection and starts to look after it.
func supervise(ctx context.Context, d dialer) (*Conn, error) {
	s := newSession(d)
	t, attempts, err := s.first(ctx)
	if err != nil {
		s.states.set(StateChange{To: Closed, Err: err})
		return nil, err
	}
	s.policy.opened()
	l := s.use(t, 1)
	s.states.set(StateChange{To: Connected, Attempt: attempts})
	s.lifecycle.watch()
	go s.run(l)
	return &Conn{session: s}, nil
}

func newSession(d dialer) *session {
	s := &session{
		dialer: d, heartbeat: d.opts.Heartbeat.withDefaults(), inbox: transport.NewInbox(), room: make(chan struct{}, 1), done: make(chan struct{}), idle: make(chan struct{}, 1),
	}
	s.states.tell = d.opts.OnState
	// What may be held waits here or in the transport; half of the time to
	// close is for the queue and half for the handshake.
	c := d.opts.config("")
	s.maxInbox = max(c.MaxBuffered-inTransport(c), c.MaxBuffered/4)
	s.closeTimeout, s.halfClose = c.CloseTimeout, half(c.CloseTimeout)
	s.half = true
	s.policy = newPolicy(d.opts, d.now)
	s.queue = newQueue(d.opts.SendQueue, d.now)
	s.queue.never = s.policy.never
	s.queue.apart = func(f func()) { s.work(nil, func(*session, *link) { f() }) }
	s.pacer = newPacer(d.opts.SendLimit)
	s.lifecycle.changed = make(chan struct{}, 1)
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s
}

// inTransport is how much of MaxBuffered a transport gets: half, or enough for a
// whole message and what arrives before the pump can run.
func inTransport(c *transport.Config) int64 {
	m := min(c.MaxMessageSize, c.MaxBuffered)
	return max(c.MaxBuffered/2, m+min(m, c.MaxBuffered-m)/4)
}

// half is half of d, rounded up: a transport needs time to close.
func half(d time.Duration) time.Duration { return d - d/2 }

func (s *session) current() *link { return s.last.Load() }

// send sends m, now or later.
func (s *session) send(ctx context.Context, m Message, o SendOptions) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for {
		l := s.queue.direct.Load()
		var wait <-chan struct{}
		if l == nil {
			var err error
			if l, wait, err = s.queue.put(m, o); err != nil {
				return err
			}
		}
		switch {
		case l != nil:
			if again, err := s.sendBy(ctx, l, m); !again {
				return err
			}
		case wait == nil:
			return nil
		default:
			select {
			case <-wait:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
}

// sendBy sends m by l. again is true if l was over before.
func (s *session) sendBy(ctx context.Context, l *link, m Message) (again bool, _ error) {
	if err := s.pacer.wait(ctx, l.t.Done()); err != nil {
		return false, err
	}
	if s.isOver(l) {
		return true, nil
	}
	err := l.t.Send(ctx, transport.Message{Type: transport.Type(m.Type), Data: m.Data})
	switch {
	case err == nil:
		s.sent(m)
		return false, nil
	case err == ctx.Err():
		return false, err // before its first byte
	case s.isClosing() && errors.Is(err, transport.ErrClosed):
		return false, ErrClosed
	}
	s.fail(l)
	if err = l.broke(err); s.policy.never {
		return false, err
	}
	return false, &InDoubtError{err}
}

// isOver reports whether nothing can be sent by l any more, and if so takes it
// out of use.
func (s *session) isOver(l *link) bool {
	select {
	case <-l.t.Done():
		s.fail(l)
		return true
	default:
		return false
	}
}

func (s *session) sent(m Message) {
	s.messagesSent.Add(1)
	s.bytesSent.Add(int64(len(m.Data)))
}

// doubt reports a message from the queue that was being written.
func (s *session) doubt(m Message, err error) {
	c := &s.closing
	c.mu.Lock()
	if c.begun {
		c.doubt, c.broke = append(c.doubt, m), err
	}
	c.mu.Unlock()
	s.queue.lose(m, &InDoubtError{err})
}

// receive returns the next message of whichever connection.
func (s *session) receive(ctx context.Context, buf []byte) (Message, error) {
	m, err := s.inbox.Pop(ctx)
	if err != nil {
		return Message{}, err
	}
	signal(s.room)
	s.messagesReceived.Add(1)
	s.bytesReceived.Add(int64(len(m.Data)))
	if buf != nil && len(m.Data) <= cap(buf) {
		m.Data = append(buf[:0], m.Data...)
	}
	return Message{Type: MessageType(m.Type), Data: m.Data}, nil
}

// ping pings by the current connection.
func (s *session) ping(ctx context.Context) (time.Duration, error) {
	rtt, err := s.current().t.Ping(ctx)
	switch {
	case err == nil:
		return rtt, nil
	case err == ctx.Err(), errors.Is(err, errors.ErrUnsupported):
		return 0, err
	case s.isClosing():
		return 0, ErrClosed
	}
	select {
	case <-s.done:
		return 0, s.end()
	default:
		return 0, ErrNotConnected
	}
}

// end is why the session is over; it is called when it is.
func (s *session) end() error {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	return s.queue.err
}

func (s *session) isClosing() bool {
	s.closing.mu.Lock()
	begun := s.closing.begun
	s.closing.mu.Unlock()
	return begun
}

// closeWith ends the session, whatever it is doing.
func (s *session) closeWith(first bool, code CloseCode, reason string) error {
	c := &s.closing
	select {
	case <-s.done:
		first = false // it is over already
	default:
	}
	if !first {
		s.inbox.Discard(ErrClosed)
		<-s.done
		return nil
	}
	c.mu.Lock()
	c.begun, c.code, c.reason, c.late = true, uint16(code), reason, time.After(s.closeTimeout)
	c.mu.Unlock()
	s.states.set(StateChange{To: Closing})
	s.inbox.Discard(ErrClosed)
	signal(s.room)
	s.queue.refuse(ErrClosed)
	s.drain()
	s.stop()
	<-s.done
	c.mu.Lock()
	doubt, err := c.doubt, c.broke
	c.mu.Unlock()
	switch {
	case len(c.left)+len(doubt) == 0:
		return c.err
	case c.err != nil:
		err = c.err
	case c.cause != nil:
		err = c.cause
	case len(c.left) > 0:
		err = context.DeadlineExceeded
	}
	return &UndeliveredError{c.left, doubt, err}
}

// closeTimes are the parts of the first half of CloseTimeout: for the queue to
// be sent, and for what is being sent then to stop.
func (s *session) closeTimes() (queue, rest time.Duration) {
	rest = s.halfClose / 8
	return s.halfClose - rest, rest
}

// drain gives what is queued its part of CloseTimeout, and a dial at once if
// there is no connection.
func (s *session) drain() {
	limit, _ := s.closeTimes()
	ctx, cancel := context.WithTimeout(s.ctx, limit)
	defer cancel()
	if messages, _ := s.queue.waiting(); messages > 0 {
		s.lifecycle.notify(hurry)
	}
	s.queue.drain(ctx)
}

// stats returns the counters.
func (s *session) stats() Stats {
	st := Stats{
		MessagesSent:     s.messagesSent.Load(),
		MessagesReceived: s.messagesReceived.Load(),
		BytesSent:        s.bytesSent.Load(),
		BytesReceived:    s.bytesReceived.Load(),
		Reconnects:       s.reconnects.Load(),
	}
	st.QueuedMessages, st.QueuedBytes = s.queue.waiting()
	if m, ok := s.current().t.(transport.Measured); ok {
		st.Latency = m.Latency()
	}
	return st
}
