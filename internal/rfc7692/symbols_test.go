package rfc7692

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// RFC 1951, section 3.2.5: the spans follow one another without a gap, but for
// length 258, which has a symbol of its own.
func TestEveryLengthHasASymbol(t *testing.T) {
	for n := minMatch; n <= maxMatch; n++ {
		s := lengthSpans[lengthSymbols[n-minMatch]]
		require.LessOrEqual(t, int(s.base), n)
		require.Less(t, n-int(s.base), 1<<s.extra, "length %d", n)
	}
	assert.EqualValues(t, 285-firstLength, lengthSymbols[maxMatch-minMatch])
	assert.EqualValues(t, 284-firstLength, lengthSymbols[maxMatch-1-minMatch])
}

func TestEveryDistanceHasASymbol(t *testing.T) {
	for d := 1; d <= maxDistance; d++ {
		s := distanceSpans[distanceSymbol(uint32(d-1))]
		require.LessOrEqual(t, int(s.base), d)
		require.Less(t, d-int(s.base), 1<<s.extra, "distance %d", d)
	}
}

func TestSpansHaveNoGaps(t *testing.T) {
	next := minMatch
	for _, s := range lengthSpans[:len(lengthSpans)-1] {
		assert.EqualValues(t, next, s.base)
		next += 1 << s.extra
	}
	next = 1
	for _, s := range distanceSpans {
		assert.EqualValues(t, next, s.base)
		next += 1 << s.extra
	}
	assert.Equal(t, maxDistance+1, next)
}

// RFC 1951, section 3.2.6.
func TestFixedCodes(t *testing.T) {
	for name, test := range map[string]struct {
		symbol int
		want   string // as the RFC writes it, the first bit first
	}{
		"literal 0":   {0, "00110000"},
		"literal 143": {143, "10111111"},
		"literal 144": {144, "110010000"},
		"literal 255": {255, "111111111"},
		"256":         {256, "0000000"},
		"279":         {279, "0010111"},
		"280":         {280, "11000000"},
		"285":         {285, "11000101"},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, test.want, bitString(fixedLiteralCodes[test.symbol])) })
	}
	assert.Equal(t, "00000", bitString(fixedDistanceCodes[0]))
	assert.Equal(t, "11101", bitString(fixedDistanceCodes[29]))
}

func bitString(c code) string {
	var s []byte
	for i := range c.len {
		s = append(s, '0'+byte(c.bits>>i&1))
	}
	return string(s)
}
