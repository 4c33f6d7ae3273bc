// Package retry computes how long to wait before the next attempt to connect.
//
// A server that restarts loses all of its clients at the same instant. What
// keeps them from coming back at the same instant is full jitter: each delay
// is drawn from a whole range, and the range, not the delay, is what grows
// and is capped. The growth is cenkalti/backoff's, natively by that library;
// the draw is made here, because it spreads a delay around its interval and
// before the cap.
package retry

import (
	"math"
	"math/rand/v2"
	"time"
)

// The ranges of a Backoff whose Options are zero. RFC 6455, section 7.2.3,
// calls a first delay of 0 to 5 seconds reasonable; package client asks for
// it through Options.First.
const (
	DefaultBase = time.Second
	DefaultMax  = 30 * time.Second
)

// Options says from which ranges the delays are drawn.
type Options struct {
	// First is the upper end of the range of the first delay, whatever Base
	// is. 0: as if the first were any other delay. Negative: the range has
	// no width but what a floor adds to it, and of that half.
	First time.Duration
	// Base is the upper end that doubles with every attempt: of delay k,
	// counted from 0, it is Base·2^k. 0: DefaultBase.
	Base time.Duration
	// Max caps the upper end. 0: DefaultMax. Negative: no cap.
	Max time.Duration
}

// A Backoff yields the delays of one sequence of attempts, without end: it
// never gives up, because only its user knows what is worth giving up. Its
// methods must not be called concurrently.
type Backoff struct {
	growth  growth
	max     time.Duration
	first   time.Duration
	attempt int
	draw    func(n int64) int64 // uniform in [0, n)
}

// New returns a Backoff at the start of its sequence.
func New(o Options) *Backoff {
	if o.Base <= 0 {
		o.Base = DefaultBase
	}
	switch {
	case o.Max == 0:
		o.Max = DefaultMax
	case o.Max < 0:
		o.Max = math.MaxInt64
	}
	return &Backoff{growth: newGrowth(min(o.Base, o.Max), o.Max), max: o.Max, first: o.First, draw: rand.Int64N}
}

// Next returns the delay before the next attempt, drawn anew at each call. It
// is never less than floor, which is what the server asked for (the retry
// field of an event stream, a Retry-After): the draw is made above it, since
// clients that all waited exactly as long as they were told would return
// together. The delay stays under Options.Max unless floor comes near to it
// or is above it; then a quarter of floor is left for the jitter.
func (b *Backoff) Next(floor time.Duration) time.Duration {
	floor = max(floor, 0)
	share := floor / 4
	if b.attempt == 0 && b.first < 0 {
		share = floor / 8
	}
	upper := min(add(floor, b.width()), b.max)
	upper = max(upper, add(floor, share))
	return floor + b.uniform(upper-floor)
}

// width is the range of this attempt; it moves on to the next one.
func (b *Backoff) width() time.Duration {
	w := b.growth.next()
	if b.attempt == 0 && b.first != 0 {
		w = min(max(b.first, 0), b.max)
	}
	b.attempt++
	return w
}

// uniform draws from [0, n], both ends included.
func (b *Backoff) uniform(n time.Duration) time.Duration {
	if n == math.MaxInt64 {
		n-- // n+1 must not overflow
	}
	return time.Duration(b.draw(int64(n) + 1))
}

// Attempt is how often Next has been called since New or Reset.
func (b *Backoff) Attempt() int { return b.attempt }

// Reset goes back to the start of the sequence. Call it when a connection has
// proved to be good, not when it has merely been opened: a server that
// accepts and at once drops every connection is not to be hammered.
func (b *Backoff) Reset() {
	b.attempt = 0
	b.growth.reset()
}

// add is a+b for two durations that are not negative, at most the longest
// one.
func add(a, b time.Duration) time.Duration {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}
