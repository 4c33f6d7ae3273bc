package sse

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/amphiwire/amphiwire/internal/lean"
)

// errLost is why a browser's EventSource connects again. It does not tell
// whether the connection broke, the server ended it, or there was none.
var errLost = errors.New("the browser's EventSource has no connection")

// run receives from one connection after another until the Stream ends.
func (s *Stream) run(c *connection) {
	for {
		err := s.receive(c)
		c.close()
		if c.isProven() {
			s.policy.proven()
		}
		if c, err = s.reconnect(err); err != nil {
			s.end(err)
			return
		}
	}
}

// connectFirst makes the attempts of Connect: one, but for what asks for
// another.
func (s *Stream) connectFirst(ctx context.Context) (*connection, error) {
	var last error
	for {
		c, err := s.reach(ctx, last)
		if err == nil {
			return c, nil
		}
		last = err
		if s.giveUp(err) {
			continue // by other means, at once
		}
		delay, ok := s.policy.next(err)
		if !ok || ctx.Err() != nil && errors.Is(err, context.Cause(ctx)) {
			return nil, err
		}
		if end := s.pause(ctx, err, delay); end != nil {
			return nil, &ConnectError{Err: &interruptedError{end, connectError(s.url, err).Err}}
		}
	}
}

// reconnect makes attempts until one succeeds, or returns what Receive is to
// return. err is why the last connection ended.
func (s *Stream) reconnect(err error) (*connection, error) {
	for {
		if s.ctx.Err() != nil { // C10: an attempt that Close has ended is no failure
			return nil, context.Cause(s.ctx)
		}
		delay, ok := s.policy.next(err)
		if !ok {
			return nil, s.lastError(err)
		}
		if err := s.pause(s.ctx, err, delay); err != nil {
			return nil, err
		}
		var c *connection
		if c, err = s.reach(s.ctx, err); err == nil {
			return c, nil
		}
	}
}

// reach makes an attempt, and another one if that is to be made at once.
func (s *Stream) reach(ctx context.Context, last error) (*connection, error) {
	c, err := s.attempt(ctx, last)
	if s.fields.learn(err) {
		c, err = s.attempt(ctx, err)
		s.fields.learn(err)
	}
	return c, err
}

// pause says why the next attempt is made, and when, and waits until then or
// until the platform says that the network is back.
func (s *Stream) pause(ctx context.Context, why error, delay time.Duration) error {
	s.states.set(StateChange{State: Connecting, Err: why, Attempt: s.policy.attempt + 1, Delay: delay})
	s.opts.Trace.retry(why, delay)
	waiting, stop := context.WithCancel(ctx)
	defer stop()
	select {
	case <-time.After(delay):
		return nil
	case <-online(waiting):
		return nil // whatever was wrong, it is likely to be over
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// giveUp reports whether err says that the EventSource that SourceAuto chose
// has not been opened. Then another means finds out why, and goes on if it can.
func (s *Stream) giveUp(err error) bool {
	if s.gaveUp || s.opts.Source != SourceAuto || !errors.Is(err, errGaveUp) && !errors.Is(err, errLost) {
		return false
	}
	s.gaveUp = true
	return true
}

// lastError is what Receive returns when err is the end.
func (s *Stream) lastError(err error) error {
	switch {
	case s.policy.orderly(err):
		return io.EOF
	case isTooBig(err):
		return err
	case err == io.EOF: // once too often, which is not the good order that io.EOF tells of
		err = errEnded
	}
	return connectError(s.url, err)
}

// connectError makes err, which is of an attempt or of a connection, a
// *ConnectError that names the URL.
func connectError(url string, err error) *ConnectError {
	ce, ok := lean.As[*ConnectError](err)
	if !ok {
		ce = &ConnectError{Err: err}
	}
	if ce.URL == "" {
		ce.URL = withoutUser(url)
	}
	return ce
}
