package client

import (
	"context"
	"errors"
	"time"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// A Heartbeat is a message by which the application finds out that the server
// is still there, the same on every target: a browser offers no pings.
// Whatever arrives proves that, so it is sent only after a silence; and when
// the program, or the machine, may have been asleep or moved to another
// network. Deadlines go by the wall clock.
type Heartbeat struct {
	// Message is sent, and the server answers it.
	Message Message
	// Answer reports whether a message is the server's answer, or a heartbeat
	// of its own, which Receive then does not return. It is called for every
	// message that arrives, must not wait, and must not keep or change the
	// message. nil: one that is equal to Message.
	Answer func(Message) bool
	// Interval is the silence after which Message is sent. 0: 25 s.
	Interval time.Duration
	// Timeout is how long the server may be silent after that before the
	// connection counts as lost. 0: 10 s.
	Timeout time.Duration
}

const (
	defaultInterval = 25 * time.Second
	defaultTimeout  = 10 * time.Second
	// probeTimeout is how long the server has to answer when the connection
	// is suspected to be dead. Natively without a Heartbeat it is probed with
	// a ping.
	probeTimeout = 5 * time.Second
)

// withDefaults is h with its zero values replaced; nil stays nil.
func (h *Heartbeat) withDefaults() *Heartbeat {
	if h == nil {
		return nil
	}
	d := *h
	d.Interval = orDefault(h.Interval, defaultInterval, defaultInterval)
	d.Timeout = orDefault(h.Timeout, defaultTimeout, defaultTimeout)
	return &d
}

// answers reports whether m is not for the program.
func (h *Heartbeat) answers(m transport.Message) bool {
	switch {
	case h == nil:
		return false
	case h.Answer != nil:
		return h.Answer(Message{Type: MessageType(m.Type), Data: m.Data})
	}
	return MessageType(m.Type) == h.Message.Type && string(m.Data) == string(h.Message.Data)
}

// A silentError is why a connection is given up on which nothing arrives.
type silentError struct{ after time.Duration }

func (e *silentError) Error() string {
	return "nothing has arrived within " + e.after.String() + " of a heartbeat"
}
func (e *silentError) Timeout() bool { return true }
func (e *silentError) Unwrap() error { return context.DeadlineExceeded }

// guard watches over l until it is over: it sends heartbeats after a silence
// and when it is told to probe, and reports a server that does not answer.
func (s *session) guard(l *link) {
	var silence <-chan time.Time
	var timer *time.Timer
	if s.heartbeat != nil {
		timer = time.NewTimer(s.heartbeat.Interval)
		silence = timer.C
	}
	for {
		timeout := probeTimeout
		select {
		case <-l.over:
			return
		case <-l.probe:
		case <-silence:
			if left := s.quietFor(l); left > 0 {
				timer.Reset(left)
				continue
			}
			timeout = s.heartbeat.Timeout
		}
		if !s.probe(l, timeout) {
			l.dead <- &CloseError{Code: CloseAbnormal, err: &silentError{timeout}}
			return
		}
		if timer != nil {
			timer.Reset(s.heartbeat.Interval)
		}
	}
}

// quietFor is how much longer nothing is to arrive before a heartbeat is due.
// A clock that was set back makes that no longer than an interval.
func (s *session) quietFor(l *link) time.Duration {
	interval := s.heartbeat.Interval
	return min(interval-(s.now()-time.Duration(l.heard.Load())), interval)
}

// probe asks the server for a sign of life and reports whether there is one,
// or none can be asked for.
func (s *session) probe(l *link, timeout time.Duration) bool {
	for {
		before, sent := l.arrivals.Load(), s.now()
		ctx, cancel := context.WithTimeout(l.ctx, timeout)
		ok := s.ask(ctx, l, before)
		cancel()
		switch {
		case ok || l.ctx.Err() != nil || l.arrivals.Load() != before || l.deaf.Load():
			return true
		case s.now()-sent <= timeout+jumpAfter:
			return false
		}
		// The program slept meanwhile, so the answer had no chance.
	}
}

// ask sends one heartbeat, or one ping, and waits until something arrives or
// ctx ends.
func (s *session) ask(ctx context.Context, l *link, before int64) bool {
	if s.heartbeat == nil {
		_, err := l.t.Ping(ctx)
		return err == nil || errors.Is(err, errors.ErrUnsupported)
	}
	m := s.heartbeat.Message
	if err := l.t.Send(ctx, transport.Message{Type: transport.Type(m.Type), Data: m.Data}); err != nil && ctx.Err() == nil {
		return true // the connection is over, and whoever receives knows why
	}
	for l.arrivals.Load() == before {
		select {
		case <-l.arrived:
		case <-ctx.Done():
			return false
		}
	}
	return true
}
