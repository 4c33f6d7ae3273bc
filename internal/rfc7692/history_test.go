package rfc7692

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHistoryIsTheEndOfWhatWasAdded(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, window := range []int{256, 1 << 10, 1 << 15} {
		h, all := history{window: window}, []byte(nil)
		for range 300 {
			p := random(r.IntN(window/3), byte(r.Uint32()))
			if r.IntN(20) == 0 {
				p = random(r.IntN(3*window), 1)
			}
			h.add(p)
			all = append(all, p...)
			want := all[max(0, len(all)-window):]
			require.Equal(t, len(want), h.size())
			require.LessOrEqual(t, cap(h.ring), window)
			if h.size() == 0 {
				continue
			}
			back := 1 + r.IntN(h.size())
			got := make([]byte, r.IntN(back+1))
			h.copyTo(got, back)
			require.Equal(t, want[len(want)-back:][:len(got)], got)
		}
	}
}

func TestHistoryAllocatesAsMuchAsHasPassed(t *testing.T) {
	h := history{window: 1 << 15}
	h.add(nil)
	assert.Nil(t, h.ring)
	h.add(make([]byte, 100))
	assert.Equal(t, 100, cap(h.ring))
	h.add(make([]byte, 20))
	assert.Equal(t, 200, cap(h.ring))
	h.add(make([]byte, 30000))
	assert.Equal(t, 30120, cap(h.ring))
	h.add(make([]byte, 100))
	assert.Equal(t, 1<<15, cap(h.ring), "not twice as much")
	h.drop()
	assert.Equal(t, history{window: 1 << 15}, h)
}

func TestWindowSize(t *testing.T) {
	for bits, want := range map[int]int{-1: 1 << 15, 0: 1 << 15, 7: 1 << 15, 8: 256, 9: 512, 14: 1 << 14, 15: 1 << 15, 16: 1 << 15} {
		assert.Equal(t, want, windowSize(bits), "%d bits", bits)
	}
}
