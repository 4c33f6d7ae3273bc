package retry

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The ends of each range, found by making the draw return its least and its
// greatest value.
func ends(b *Backoff, floor time.Duration) (lowest, highest time.Duration) {
	saved, attempt := b.growth, b.attempt
	b.draw = func(int64) int64 { return 0 }
	lowest = b.Next(floor)
	b.growth, b.attempt = saved, attempt
	b.draw = func(n int64) int64 { return n - 1 }
	return lowest, b.Next(floor)
}

func TestRangeOfEachDelay(t *testing.T) {
	const s = time.Second
	type span struct{ lowest, highest time.Duration }
	for name, tc := range map[string]struct {
		opts  Options
		floor time.Duration
		want  []span
	}{
		"defaults double from 1 s and are capped at 30 s": {
			want: []span{{0, s}, {0, 2 * s}, {0, 4 * s}, {0, 8 * s}, {0, 16 * s}, {0, 30 * s}, {0, 30 * s}},
		},
		"RFC 6455 7.2.3: the first delay is 0 to 5 s, later ones grow": {
			opts: Options{First: 5 * s, Base: s, Max: 20 * s},
			want: []span{{0, 5 * s}, {0, 2 * s}, {0, 4 * s}, {0, 8 * s}, {0, 16 * s}, {0, 20 * s}},
		},
		"every delay lies above the floor": {
			opts: Options{Base: s, Max: 20 * s}, floor: 3 * s,
			want: []span{{3 * s, 4 * s}, {3 * s, 5 * s}, {3 * s, 7 * s}, {3 * s, 11 * s}, {3 * s, 19 * s}, {3 * s, 20 * s}},
		},
		"a first delay without width stays within an eighth of the floor": {
			opts: Options{First: -1}, floor: 8 * s,
			want: []span{{8 * s, 9 * s}, {8 * s, 10 * s}},
		},
		"a first delay without width stays within an eighth of a floor over the cap": {
			opts: Options{First: -1, Max: 10 * s}, floor: 80 * s,
			want: []span{{80 * s, 90 * s}, {80 * s, 100 * s}},
		},
		"a first delay without width or floor is none": {
			opts: Options{First: -1},
			want: []span{{0, 0}, {0, 2 * s}},
		},
		"a floor over the cap is kept and still jittered": {
			opts: Options{Max: 10 * s}, floor: 60 * s,
			want: []span{{60 * s, 75 * s}, {60 * s, 75 * s}},
		},
		"a first delay over the cap is capped": {
			opts: Options{First: time.Minute, Max: 10 * s},
			want: []span{{0, 10 * s}},
		},
		"a base over the cap is capped": {
			opts: Options{Base: time.Minute, Max: 10 * s},
			want: []span{{0, 10 * s}, {0, 10 * s}},
		},
		"a cap that is no power of two": {
			opts: Options{Base: 3, Max: 7},
			want: []span{{0, 3}, {0, 6}, {0, 7}, {0, 7}},
		},
		"a cap of twice the base": {
			opts: Options{Base: 3, Max: 6},
			want: []span{{0, 3}, {0, 6}, {0, 6}},
		},
		"a negative floor is none": {
			floor: -s, want: []span{{0, s}},
		},
		"the longest floor does not overflow": {
			floor: math.MaxInt64,
			want:  []span{{math.MaxInt64, math.MaxInt64}, {math.MaxInt64, math.MaxInt64}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := New(tc.opts)
			for k, want := range tc.want {
				lowest, highest := ends(b, tc.floor)
				assert.Equal(t, want, span{lowest, highest}, "delay %d", k)
			}
		})
	}
}

func TestNeverEndsAndNeverOverflows(t *testing.T) {
	for name, opts := range map[string]Options{
		"capped":   {},
		"uncapped": {Max: -1},
	} {
		t.Run(name, func(t *testing.T) {
			b := New(opts)
			for range 2000 {
				d := b.Next(time.Millisecond)
				require.GreaterOrEqual(t, d, time.Millisecond)
				if opts.Max == 0 {
					require.LessOrEqual(t, d, DefaultMax)
				}
			}
			assert.Equal(t, 2000, b.Attempt())
		})
	}
}

func TestUncappedGrowthReachesTheLongestDuration(t *testing.T) {
	b := New(Options{Max: -1})
	for range 100 {
		b.Next(0)
	}
	_, highest := ends(b, 0)
	assert.Equal(t, time.Duration(math.MaxInt64-1), highest)
}

func TestResetStartsTheSequenceAgain(t *testing.T) {
	b := New(Options{First: 5 * time.Second})
	for range 50 {
		b.Next(0)
	}
	b.Reset()
	assert.Zero(t, b.Attempt())
	_, highest := ends(b, 0)
	assert.Equal(t, 5*time.Second, highest)
}

// Jitter has to be applied after the cap: were it applied before, delays of a
// long outage would pile up at the cap and the herd would stay together.
func TestDelaysOfALongOutageAreSpreadOverTheWholeRange(t *testing.T) {
	const draws, bins = 10_000, 10
	b := New(Options{Max: 10 * time.Second})
	for range 20 {
		b.Next(0)
	}
	var hits [bins]int
	for range draws {
		hits[min(int(b.Next(0)/time.Second), bins-1)]++
	}
	for bin, n := range hits {
		assert.InDelta(t, draws/bins, n, 300, "delays from %d s", bin) // ten standard deviations
	}
}
