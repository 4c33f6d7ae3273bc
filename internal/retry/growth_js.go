//go:build js

package retry

import "time"

// A growth is a duration that doubles until it is at its greatest value. It is
// what cenkalti/backoff does natively, without math/rand and its tables, of
// which that library makes no use here and which would add 10 KB to a
// compressed bundle. The same tests hold both to the same ranges.
type growth struct{ first, greatest, now time.Duration }

func newGrowth(first, greatest time.Duration) growth { return growth{first, greatest, first} }

func (g *growth) next() time.Duration {
	was := g.now
	if g.now >= g.greatest-g.greatest/2 { // twice as much is as much or more, or overflows
		g.now = g.greatest
	} else {
		g.now *= 2
	}
	return was
}

func (g *growth) reset() { g.now = g.first }
