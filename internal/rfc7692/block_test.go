package rfc7692

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each form of block is chosen where it is the shortest, as the first three
// bits tell.
func TestTheShortestForm(t *testing.T) {
	for name, test := range map[string]struct {
		message []byte
		kind    byte
	}{
		"short text":           {[]byte("Hello"), fixedBlock},
		"much text":            {prose(5000), dynamicBlock},
		"one byte, many times": {make([]byte, 1000), fixedBlock},
		"random bytes":         {random(5000, 1), storedBlock},
		"fewer random bytes":   {random(300, 1), storedBlock},
		"few different bytes":  {kinds["two bytes"](5000), dynamicBlock},
	} {
		t.Run(name, func(t *testing.T) {
			payload, err := NewDeflater(true, 0).Deflate(nil, test.message)
			require.NoError(t, err)
			assert.Zero(t, payload[0]&1, "BFINAL")
			assert.Equal(t, test.kind, payload[0]>>1&3)
		})
	}
}

func TestTokens(t *testing.T) {
	for _, length := range []int{minMatch, 4, 257, maxMatch} {
		for _, distance := range []int{1, 2, 16384, maxDistance} {
			m := makeMatch(length, distance)
			assert.True(t, m.isMatch())
			assert.EqualValues(t, length-minMatch, m.length())
			assert.EqualValues(t, distance-1, m.distance())
		}
	}
	assert.False(t, token(255).isMatch())
}

// Every length and distance that there is, in a fixed and in a dynamic block.
func TestEveryMatchIsWrittenAndRead(t *testing.T) {
	for length := minMatch; length <= maxMatch; length++ {
		for d := 1; d <= maxDistance; d = d*3/2 + 1 {
			checkMatch(t, length, d)
			checkMatch(t, length, maxDistance+1-d)
		}
	}
}

func checkMatch(t *testing.T, length, distance int) {
	t.Helper()
	var w bitWriter
	w.reserve(100)
	writeMatch(&w, length, distance)
	text := random(distance, 2)
	f := NewInflater(false, 0)
	f.history.add(text)
	got, err := f.Inflate(nil, w.out, 0)
	require.NoError(t, err)
	require.Len(t, got, length)
	for i := range got {
		require.Equal(t, text[i%distance], got[i], "length %d, distance %d", length, distance)
	}
}
