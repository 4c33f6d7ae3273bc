package rfc7692

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// huffmanCost is the number of bits of an optimal code, by joining the two
// lightest until one is left.
func huffmanCost(counts []uint32) (bits int) {
	var weights []int
	for _, n := range counts {
		if n > 0 {
			weights = append(weights, int(n))
		}
	}
	for len(weights) > 1 {
		slices.Sort(weights)
		sum := weights[0] + weights[1]
		bits += sum
		weights = append(weights[2:], sum)
	}
	return bits
}

// share is how much of the space of codes is used, in units of 15 bits.
func share(lens []uint8) (n int) {
	for _, l := range lens {
		if l > 0 {
			n += 1 << (maxCodeLen - l)
		}
	}
	return n
}

func TestCodesAreOptimal(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	var h huffman
	for range 300 {
		counts := make([]uint32, 2+r.IntN(numLiterals-1))
		for i := range counts {
			counts[i] = uint32(r.IntN(50)) // so few that no code gets too long
		}
		counts[0], counts[1] = 1, 1
		lens := make([]uint8, len(counts))
		h.lengths(lens, counts, maxCodeLen)
		require.Equal(t, huffmanCost(counts), bitsOf(counts, lens))
		require.Equal(t, 1<<maxCodeLen, share(lens))
	}
}

// Counts like the numbers of Fibonacci make the longest codes there are.
func TestCodesAreLimited(t *testing.T) {
	counts := []uint32{1, 1}
	for len(counts) < 30 {
		counts = append(counts, counts[len(counts)-1]+counts[len(counts)-2])
	}
	for limit := 5; limit <= maxCodeLen; limit++ {
		for n := limit; n <= min(len(counts), 1<<limit); n++ {
			lens := make([]uint8, n)
			new(huffman).lengths(lens, counts[:n], limit)
			require.LessOrEqual(t, int(slices.Max(lens)), limit)
			require.Equal(t, 1<<maxCodeLen, share(lens), "limit %d, %d symbols", limit, n)
			require.True(t, slices.IsSortedFunc(lens, func(a, b uint8) int { return int(b) - int(a) }), "what is rarer has no shorter code")
			if n == limit {
				require.Equal(t, huffmanCost(counts[:n]), bitsOf(counts[:n], lens), "the limit changes nothing")
			}
		}
	}
}

func TestAtLeastTwoSymbolsGetCodes(t *testing.T) {
	for name, test := range map[string]struct{ counts, want []uint32 }{
		"none":       {[]uint32{0, 0, 0}, []uint32{1, 1, 0}},
		"the first":  {[]uint32{9, 0, 0}, []uint32{1, 1, 0}},
		"the second": {[]uint32{0, 9, 0}, []uint32{1, 1, 0}},
		"the third":  {[]uint32{0, 0, 9}, []uint32{1, 0, 1}},
		"two":        {[]uint32{0, 9, 1}, []uint32{0, 1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			lens := []uint8{7, 7, 7} // from the block before
			new(huffman).lengths(lens, test.counts, maxCodeLen)
			for i, want := range test.want {
				assert.EqualValues(t, want, lens[i])
			}
		})
	}
}
