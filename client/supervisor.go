package client

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/amphiwire/amphiwire/internal/lean"
	"github.com/amphiwire/amphiwire/internal/transport"
)

const (
	// clockTick is how often the clock is looked at.
	clockTick = 5 * time.Second
	// jumpAfter is how much more of the wall clock than of a timer has to pass
	// before the machine counts as having been asleep. Browsers let the timers
	// of a hidden page fire once a second at first, and once a minute later.
	jumpAfter = 5 * time.Second
	// lastWords is how long a connection on which nothing can be written any
	// more has to say why.
	lastWords = time.Second
	// wakeJitter spreads the dials of those who come back at the same moment.
	wakeJitter = time.Second
	// freshDial is how old a dial must be to be made anew when the network has
	// changed.
	freshDial = time.Second
)

// errHidden is why a connection was closed that would have kept the page out
// of the back/forward cache.
var errHidden = errors.New("client: the page was hidden")

// run is the supervisor: it serves one connection after the other until the
// session is over.
func (s *session) run(l *link) {
	s.clock = &clock{time.NewTimer(clockTick), s.now, s.now()}
	for l != nil {
		err := s.serve(l)
		<-l.flushed // the next one begins where this one left off
		s.policy.ended(s.now() - l.opened)
		l, err = s.reconnect(l, err)
		if l == nil {
			s.finish(err)
		}
	}
	close(s.done)
}

// serve looks after l until it is over, and returns why.
func (s *session) serve(l *link) error {
	s.work(l, (*session).pump)
	s.work(l, (*session).guard)
	s.work(l, (*session).flush)
	s.jumped()
	var last <-chan time.Time
	for {
		select {
		case <-l.ended:
			s.retire(l)
			return l.err
		case <-l.t.Done():
			s.retire(l)
			<-l.ended // nothing is left to wait for but what has arrived
			return l.err
		case <-l.broken:
			if last == nil {
				last = time.After(lastWords)
			}
		case <-last:
			return s.abandon(l, &CloseError{Code: CloseAbnormal, Remote: true, err: errors.New("writing failed")})
		case err := <-l.dead:
			return s.abandon(l, err)
		case <-s.ctx.Done():
			s.shake(l)
			return ErrClosed
		case <-s.clock.C:
			if s.jumped() {
				signal(l.probe)
			}
		case <-s.lifecycle.changed:
			if s.lifecycle.isHidden() && !s.policy.never {
				return s.abandon(l, errHidden)
			}
			if s.lifecycle.take(woken|suspect) != 0 {
				signal(l.probe)
			}
		}
	}
}

// retire takes l out of use.
func (s *session) retire(l *link) {
	s.queue.broken(l)
	l.cancel()
}

// abandon closes a connection that is of no use any more, without waiting for
// the peer: it may not be there. err is returned, unless the peer has said why
// itself.
func (s *session) abandon(l *link, err error) error {
	l.gone = err
	s.retire(l)
	s.work(l, func(_ *session, l *link) { _ = l.t.Close(uint16(CloseGoingAway), "") })
	<-l.ended
	if !errors.Is(l.err, ErrClosed) {
		return l.err
	}
	return err
}

// shake performs the closing handshake that CloseWith asks for.
func (s *session) shake(l *link) {
	c := &s.closing
	s.retire(l)
	// What is being sent has been told to stop. On a connection without deadlines
	// it does not: then the connection's own Close ends it.
	_, rest := s.closeTimes()
	select {
	case <-l.flushed:
	case <-time.After(rest):
	}
	c.err = l.t.Close(c.code, c.reason)
	<-l.ended
}

// reconnect makes dials until one succeeds, or returns what ends the session.
func (s *session) reconnect(l *link, err error) (*link, error) {
	generation := l.generation
	for {
		if s.ctx.Err() != nil {
			return nil, ErrClosed
		}
		delay, ok := s.policy.next(err)
		if !ok {
			return nil, err
		}
		s.states.set(StateChange{To: Reconnecting, Err: err, Attempt: s.policy.attempt, RetryIn: delay})
		s.opts.Trace.retry(err, delay)
		if !s.pause(delay) {
			return nil, ErrClosed
		}
		var t transport.Conn
		t, generation, err = s.redial(generation, err)
		if err == nil {
			next := s.use(t, generation)
			s.policy.opened()
			s.reconnects.Add(1)
			s.states.set(StateChange{To: Connected, Attempt: s.policy.attempt})
			return next, nil
		}
	}
}

// pause waits before a dial: for delay, which ends early when there is reason
// to believe that the network is back; while the page is hidden; and until the
// program has received what would overflow its inbox. It returns false if the
// session ends meanwhile.
func (s *session) pause(delay time.Duration) bool {
	s.jumped()
	timer := time.NewTimer(delay)
	elapsed := s.lifecycle.take(hurry) != 0 // it may have come while the last connection, or dial, was not over yet
	for !elapsed || s.lifecycle.isHidden() || s.inbox.Bytes() > s.maxInbox {
		early := event(0)
		select {
		case <-timer.C:
			elapsed = true
		case <-s.room:
		case <-s.ctx.Done():
			return false
		case <-s.clock.C:
			if s.jumped() {
				early = woken
			}
		case <-s.lifecycle.changed:
			early = s.lifecycle.take(anything)
		}
		if early&hurry != 0 {
			elapsed = true
		} else if early&woken != 0 && !elapsed {
			timer.Reset(min(delay, rand.N(wakeJitter)))
		}
	}
	return s.ctx.Err() == nil
}

// redial dials once. If the network changes meanwhile, what is under way is
// given up and it dials anew, under a new generation. Whatever opens late is
// closed.
func (s *session) redial(generation int, last error) (transport.Conn, int, error) {
	for {
		generation++
		t, err, again := s.dialOnce(last)
		if !again {
			return t, generation, err
		}
	}
}

// A dialled is the outcome of a dial.
type dialled struct {
	_   lean.NoCompare
	t   transport.Conn
	err error
}

// dialOnce makes one dial. again is true if it is to be made once more.
func (s *session) dialOnce(last error) (_ transport.Conn, err error, again bool) {
	ctx, cancel := s.dialContext()
	defer cancel()
	result, began := s.start(ctx, last), s.now()
	s.jumped()
	for {
		changed := false
		select {
		case r := <-result:
			return r.t, r.err, false
		case <-ctx.Done():
			if s.ctx.Err() != nil {
				return nil, ErrClosed, false
			}
			return nil, connectError(s.url, ctx.Err()), false
		case <-s.clock.C:
			changed = s.jumped()
		case <-s.lifecycle.changed:
			changed = s.lifecycle.take(woken|suspect)&woken != 0
		}
		switch {
		case s.lifecycle.isHidden():
			return nil, errHidden, false
		case changed && s.now()-began > freshDial:
			return nil, nil, true
		}
	}
}

func (s *session) dialContext() (context.Context, context.CancelFunc) {
	if timeout := s.policy.opts.DialTimeout; timeout > 0 {
		return context.WithTimeout(s.ctx, timeout)
	}
	return context.WithCancel(s.ctx)
}

// start starts a dial. Once ctx has ended nobody may take the result any more,
// and the connection that comes late is closed.
func (s *session) start(ctx context.Context, last error) <-chan dialled {
	result, number := make(chan dialled), s.policy.attempt
	s.work(nil, func(s *session, _ *link) {
		t, err := s.attempt(ctx, number, last)
		select {
		case result <- dialled{t: t, err: err}:
		case <-ctx.Done():
			if t != nil {
				_ = t.Close(uint16(CloseGoingAway), "")
			}
		}
	})
	return result
}

// finish ends the session with err.
func (s *session) finish(err error) {
	s.stop()
	s.clock.Stop()
	s.lifecycle.unwatch()
	if err != ErrClosed {
		s.closing.cause = err
	}
	s.closing.left = s.queue.end(err)
	s.states.set(StateChange{To: Closed, Err: err})
	s.inbox.End(err)
	s.await()
}

// work starts f in a goroutine that await waits for.
func (s *session) work(l *link, f func(*session, *link)) {
	s.workers.Add(1)
	go func() {
		f(s, l)
		if s.workers.Add(-1) == 0 {
			signal(s.idle)
		}
	}()
}

// await waits for what the session has started, for half of CloseTimeout, and no
// longer than Close may take.
func (s *session) await() {
	s.closing.mu.Lock()
	late := s.closing.late
	s.closing.mu.Unlock()
	long := time.After(s.halfClose)
	for s.workers.Load() > 0 {
		select {
		case <-s.idle:
		case <-long:
			return
		case <-late:
			return
		}
	}
}

// A clock ticks, and tells when the wall clock has left its ticks behind.
type clock struct {
	*time.Timer
	now  func() time.Duration
	last time.Duration
}

// jumped is to be called at every tick, and may be at any time.
func (c *clock) jumped() bool {
	now := c.now()
	passed := now - c.last
	c.last = now
	c.Reset(clockTick)
	return passed > clockTick+jumpAfter
}

// jumped is clock's, and has the queue look for what has expired meanwhile: its
// timer stood still. It is called at the start of whatever looks at the clock
// too, to which an earlier jump means nothing.
func (s *session) jumped() bool {
	jumped := s.clock.jumped()
	if jumped {
		s.queue.apart(s.queue.sweep)
	}
	return jumped
}
