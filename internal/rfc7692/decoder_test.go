package rfc7692

import (
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// RFC 1951, section 3.2.2: the example of lengths (3, 3, 3, 3, 3, 2, 4, 4).
func TestCanonicalCode(t *testing.T) {
	lens := []uint8{3, 3, 3, 3, 3, 2, 4, 4}
	codes := make([]code, len(lens))
	assign(codes, lens)
	var d decoder
	require.True(t, d.init(lens, literalEntries[:], 3))
	for symbol, want := range []string{"010", "011", "100", "101", "110", "00", "1110", "1111"} {
		assert.Equal(t, want, bitString(codes[symbol]))
		e := d.lookup(uint64(codes[symbol].bits))
		assert.Equal(t, symbol, e.base())
		assert.Equal(t, len(want), e.len())
	}
}

// Whatever follows a code, its symbol is found: for codes of all shapes, and
// tables of all sizes.
func TestLookup(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	var h huffman
	var d decoder // is used again, as it is from block to block
	for range 300 {
		lens, codes := randomCode(r, &h)
		root := 1 + r.IntN(maxCodeLen)
		require.True(t, d.init(lens, literalEntries[:], root))
		for symbol, c := range codes {
			if c.len > 0 {
				e := d.lookup(uint64(c.bits) | r.Uint64()<<c.len)
				require.Equal(t, literalEntries[symbol]|entry(c.len), e)
			}
		}
	}
}

func randomCode(r *rand.Rand, h *huffman) (lens []uint8, codes []code) {
	lens, codes = make([]uint8, 2+r.IntN(numLiterals-1)), make([]code, numLiterals)
	counts := make([]uint32, len(lens))
	for i := range counts {
		counts[i] = uint32(r.IntN(1 << r.IntN(17)))
	}
	h.lengths(lens, counts, maxCodeLen)
	assign(codes, lens)
	return lens, codes
}

func TestLengthsThatMakeACode(t *testing.T) {
	for name, test := range map[string]struct {
		lens []uint8
		ok   bool
	}{
		"two of one bit":              {[]uint8{1, 1}, true},
		"unused symbols":              {[]uint8{0, 1, 0, 1, 0}, true},
		"one, two, three, three":      {[]uint8{1, 2, 3, 3}, true},
		"one of one bit":              {[]uint8{0, 1}, true},
		"none":                        {[]uint8{0, 0, 0}, true},
		"three of one bit":            {[]uint8{1, 1, 1}, false},
		"too many of different sizes": {[]uint8{1, 2, 3, 3, 15}, false},
		"too few":                     {[]uint8{1, 2, 3}, false},
		"one of two bits":             {[]uint8{2}, false},
		"two of two bits":             {[]uint8{2, 2}, false},
		"one of fifteen bits":         {[]uint8{15}, false},
		"one, and one of two bits":    {[]uint8{1, 2}, false},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.ok, new(decoder).init(test.lens, literalEntries[:], 9))
		})
	}
}

// A code with gaps leads to nothing there, also in a table that was full before.
func TestBitsThatAreNoSymbol(t *testing.T) {
	for name, test := range map[string]struct {
		lens []uint8
		none []uint64
	}{"one symbol": {[]uint8{0, 1}, []uint64{1, 3, 255}}, "none": {nil, []uint64{0, 1, 2, 255}}} {
		t.Run(name, func(t *testing.T) {
			var d decoder
			require.True(t, d.init([]uint8{1, 1}, literalEntries[:], 9))
			require.True(t, d.init(test.lens, literalEntries[:], 9))
			for _, acc := range test.none {
				assert.Zero(t, d.lookup(acc))
			}
		})
	}
}

// RFC 1951, section 3.2.6: "Literal/length values 286-287 will never actually
// occur in the compressed data", and "distance codes 30-31 will never actually
// occur".
func TestFixedCodesOfNoSymbol(t *testing.T) {
	for _, symbol := range []int{286, 287} {
		assert.Zero(t, fixedLiterals.lookup(uint64(fixedLiteralCodes[symbol].bits)))
	}
	for _, symbol := range []int{30, 31} {
		assert.Equal(t, uint16(symbol), bits.Reverse16(fixedDistanceCodes[symbol].bits)>>11)
		assert.Zero(t, fixedDistances.lookup(uint64(fixedDistanceCodes[symbol].bits)))
	}
}
