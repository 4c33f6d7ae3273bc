package sse

import (
	"errors"
	"io"
	"math"
	"slices"
	"time"

	"github.com/amphiwire/amphiwire/internal/lean"
	"github.com/amphiwire/amphiwire/internal/retry"
)

// provenAfter is how long a connection without an event has to last before
// it counts as good. Gateways end quiet ones after 30 s or 60 s.
const provenAfter = 5 * time.Second

// A retryPolicy decides what follows the end of a connection or an attempt.
type retryPolicy struct {
	opts       Reconnect // with defaults
	oneShot    bool
	canRefresh bool          // there is a Prepare to bring a new token
	mute       bool          // EventSource is all there is: it does not tell the status
	connected  bool          // Connect has succeeded
	time       time.Duration // the reconnection time
	told       bool          // by the server
	backoff    *retry.Backoff
	attempt    int       // attempts since the last connection that proved good
	since      time.Time // of the first failure since then; zero: there was none
	refreshed  bool      // the last attempt followed a 401
}

// newRetryPolicy returns the policy that o asks for.
func newRetryPolicy(o *Options) *retryPolicy {
	p := &retryPolicy{
		opts: o.Reconnect.withDefaults(), oneShot: o.OneShot,
		canRefresh: o.Prepare != nil, mute: o.Source == SourceEventSource,
	}
	p.start(p.opts.Delay, 0)
	return p
}

// start starts a sequence of delays of d and more.
func (p *retryPolicy) start(d, first time.Duration) {
	p.time = d
	p.backoff = retry.New(retry.Options{First: first, Base: d, Max: p.opts.MaxDelay})
}

// setTime sets the reconnection time that the server wishes. It belongs to the
// Stream and so holds until the server sets another (C11). As the server may
// want it kept, only the eighth that a floor then adds to the first delay is
// left to chance.
func (p *retryPolicy) setTime(d time.Duration) {
	if d = max(d, p.opts.MinDelay); d != p.time || !p.told {
		p.told = true
		p.start(d, -1)
	}
}

// proven starts the doubling of delays again. That a connection has been
// opened is not enough: a server that accepts and drops every one of them
// would be asked as fast as it answers.
func (p *retryPolicy) proven() {
	p.attempt = 0
	p.since = time.Time{}
	p.backoff.Reset()
}

// next returns how long to wait before the next attempt, or false if err is
// the end.
func (p *retryPolicy) next(err error) (delay time.Duration, ok bool) {
	if p.final(err) {
		return 0, false
	}
	status, header := answerOf(err)
	if status == 401 && !p.refreshed && !slices.Contains(p.opts.RetryStatus, 401) {
		p.refreshed = true
		return 0, true
	}
	now := time.Now()
	floor := p.time
	if status != 0 {
		floor = max(floor, retry.After(header, now))
	}
	delay = p.backoff.Next(floor)
	return delay, p.inTime(now, delay)
}

// inTime reports whether an attempt after delay is one that MaxElapsed allows.
func (p *retryPolicy) inTime(now time.Time, delay time.Duration) bool {
	if p.since.IsZero() {
		p.since = now
	}
	return p.opts.MaxElapsed <= 0 || delay <= p.opts.MaxElapsed-now.Sub(p.since)
}

// final reports whether err leaves nothing to wait for (C7, C9).
func (p *retryPolicy) final(err error) bool {
	if isFinal(err) || isTooBig(err) || p.opts.MaxAttempts > 0 && p.attempt >= p.opts.MaxAttempts {
		return true
	}
	if p.mute && errors.Is(err, errGaveUp) {
		return len(p.opts.RetryStatus) == 0 // whichever it was that made it give up
	}
	status, _ := answerOf(err)
	switch {
	case status == 0 && !p.connected:
		// There may be no such server at all: that is for the program to know
		// at once, not after minutes of attempts, unless it wants them (C9).
		return !p.opts.RetryConnect
	case status == 0:
		return p.oneShot // the connection is lost, or its body at its end
	case status == 401 && p.canRefresh && !p.refreshed:
		return false
	}
	return !slices.Contains(p.opts.RetryStatus, status)
}

// opened notes that an attempt has succeeded.
func (p *retryPolicy) opened() { p.refreshed, p.connected = false, true }

// answerOf returns the status and header of the answer that err is about, 0
// if there was none.
func answerOf(err error) (status int, header map[string][]string) {
	if ce, ok := lean.As[*ConnectError](err); ok {
		return ce.StatusCode, ce.Header
	}
	return 0, nil
}

// orderly reports whether err is the server's wish to end (204), or, for one
// request only, the end of its answer.
func (p *retryPolicy) orderly(err error) bool {
	status, _ := answerOf(err)
	return errors.Is(err, io.EOF) && (p.oneShot || status == 204)
}

// milliseconds is a retry field's value as a duration.
func milliseconds(ms int64) time.Duration {
	return time.Duration(min(ms, math.MaxInt64/int64(time.Millisecond))) * time.Millisecond
}
