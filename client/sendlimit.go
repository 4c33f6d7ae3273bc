package client

import (
	"context"
	"math"
	"time"

	"github.com/amphiwire/amphiwire/internal/lean"
)

// A SendLimit is how fast messages are sent, for the sake of a server that
// closes connections that send faster. Send waits for a message's turn, and so
// does what a SendQueue held when there is a connection again. Heartbeats and
// pings have no part in it.
type SendLimit struct {
	// PerSecond is how many messages are sent in a second, on average. 0 or
	// negative: no limit.
	PerSecond float64
	// Burst is how many messages may be sent at once after a pause. 0 or
	// negative: 1.
	Burst int
}

// A pacer is a token bucket. It keeps the instant at which the bucket would be
// full but for the turns that were taken; a nil pacer limits nothing. Package
// golang.org/x/time/rate would add 127 KB, compressed, to a browser's bundle.
type pacer struct {
	_        lean.NoCompare
	interval time.Duration // in which one token is added
	full     time.Duration // in which all but one are

	first chan struct{} // holds a value while somebody takes the next turn, or waits for it
	next  time.Time     // belongs to first
}

func newPacer(o SendLimit) *pacer {
	if !(o.PerSecond > 0) {
		return nil
	}
	interval := limited(float64(time.Second) / o.PerSecond)
	if interval < 1 {
		interval = 1
	}
	full := limited(interval * float64(max(o.Burst, 1)-1))
	return &pacer{interval: time.Duration(interval), full: time.Duration(full), first: make(chan struct{}, 1)}
}

// limited is f, which is not NaN, or what is so short that sums do not overflow.
// The built-in min would link a function that looks for NaN.
func limited(f float64) float64 {
	const longest = math.MaxInt64 / 8
	if f > longest {
		return longest
	}
	return f
}

// wait waits for a turn. One caller at a time does, and the others queue up
// behind it, so that one whose ctx ends, and who gets ctx's error, leaves no gap.
// Nobody waits longer than until over is closed.
func (p *pacer) wait(ctx context.Context, over <-chan struct{}) error {
	if p == nil {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err // a message that is not sent takes no turn
	}
	select {
	case p.first <- struct{}{}:
	case <-over:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-p.first }()
	return p.take(ctx, over)
}

// take waits for the turn of who is first.
func (p *pacer) take(ctx context.Context, over <-chan struct{}) error {
	now := time.Now()
	if p.next.Before(now) {
		p.next = now
	}
	if delay := p.next.Sub(now) - p.full; delay > 0 {
		select {
		case <-time.After(delay):
		case <-over:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	p.next = p.next.Add(p.interval)
	return nil
}
