package sse

import (
	"context"
	"io"
	"time"
)

// A connection is one attempt and, if it succeeds, what follows.
type connection struct {
	ctx    context.Context // ends with the connection; its cause says why
	cancel context.CancelCauseFunc
	unlink func() bool // from the response, which has to be closed when ctx ends
	resp   *response
	idle   watchdog // for bytes
	quiet  watchdog // for events
	opened time.Time
	events bool // there has been one
	ids    bool // an EventSource has been sent an ID
}

// attempt opens one connection. ctx bounds the attempt alone. last is why the
// one before it ended.
func (s *Stream) attempt(ctx context.Context, last error) (*connection, error) {
	s.policy.attempt++
	r, err := s.newRequest(ctx, last)
	if err != nil {
		return nil, connectError(s.url, err)
	}
	c := &connection{}
	c.ctx, c.cancel = context.WithCancelCause(s.ctx)
	unlink := context.AfterFunc(ctx, func() { c.cancel(context.Cause(ctx)) })
	c.idle = s.watch("byte", s.opts.IdleTimeout, c)
	defer func() {
		if c.opened.IsZero() { // also because a function of the program's has panicked
			unlink()
			c.close()
		}
	}()
	s.opts.Trace.request(r, s.policy.attempt)
	start := time.Now()
	err = s.open(c, r)
	if !unlink() && err == nil { // ctx ended as the answer came; c may be ending too
		err = context.Cause(ctx)
	}
	if err != nil {
		err = connectError(r.url, err)
	}
	s.opts.Trace.response(c.resp, err, start)
	if err != nil {
		return nil, err
	}
	s.opened(c)
	return c, nil
}

// open asks the platform for a response and judges it.
func (s *Stream) open(c *connection, r *request) error {
	var err error
	if c.resp, err = open(c.ctx, r); err != nil {
		return err
	}
	// Whoever wants the connection to end cancels c.ctx; only closing it is
	// sure to wake a Read, natively and in a browser.
	c.unlink = context.AfterFunc(c.ctx, func() { c.resp.Close() })
	if refused := accept(c.resp); refused != nil {
		return refused
	}
	return c.cause(nil)
}

// opened starts what goes with a connection that is good so far.
func (s *Stream) opened(c *connection) {
	s.policy.opened()
	c.opened = time.Now()
	c.idle.feed()
	c.quiet = s.watch("event", s.opts.EventTimeout, c)
	s.states.set(StateChange{State: Open, Attempt: s.policy.attempt, URL: withoutUser(c.resp.url), Header: c.resp.header})
}

// watch starts a watchdog that ends c.
func (s *Stream) watch(what string, limit time.Duration, c *connection) watchdog {
	return newWatchdog(limit, func() { c.cancel(&watchdogError{what, limit}) })
}

// Close closes what the platform opened.
func (r *response) Close() error {
	if r.events != nil {
		return r.events.Close()
	}
	return r.body.Close()
}

// close releases everything.
func (c *connection) close() {
	c.idle.stop()
	c.quiet.stop()
	if c.resp != nil {
		c.unlink()
		c.resp.Close()
	}
	c.cancel(nil)
}

// isProven reports whether the connection was good for something.
func (c *connection) isProven() bool { return c.events || time.Since(c.opened) >= provenAfter }

// cause is why c has ended if it was made to, otherwise err.
func (c *connection) cause(err error) error {
	if c.ctx.Err() != nil {
		return context.Cause(c.ctx)
	}
	return err
}

// receive delivers what c brings until it ends, and returns why it did:
// io.EOF if the body ended in good order.
func (s *Stream) receive(c *connection) error {
	if c.resp.events != nil {
		return s.receiveEvents(c)
	}
	s.parser.Reset()
	for empty := 0; ; empty++ {
		n, err := c.resp.body.Read(s.parser.Space())
		s.parser.Advance(n)
		if n > 0 {
			c.idle.feed()
			empty = 0
		}
		if empty == maxEmptyReads && err == nil {
			err = io.ErrNoProgress
		}
		if err := s.parse(c); err != nil {
			return err
		}
		if err != nil {
			return c.cause(err)
		}
	}
}
