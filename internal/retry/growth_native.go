//go:build !js

package retry

import (
	"time"

	"github.com/cenkalti/backoff/v4"
)

// A growth is a duration that doubles until it is at its greatest value.
type growth struct{ backoff.ExponentialBackOff }

// newGrowth starts at first, which must not be over greatest: the library does
// not cap the first one.
func newGrowth(first, greatest time.Duration) growth {
	g := growth{backoff.ExponentialBackOff{
		InitialInterval: first,
		Multiplier:      2,
		MaxInterval:     greatest,
		Stop:            backoff.Stop,
		Clock:           backoff.SystemClock,
	}}
	g.reset()
	return g
}

func (g *growth) next() time.Duration { return g.NextBackOff() }
func (g *growth) reset()              { g.Reset() }
