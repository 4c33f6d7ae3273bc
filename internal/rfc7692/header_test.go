package rfc7692

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sendHeader writes the header for these lengths and reads them again. It also
// checks that build has counted the bits.
func sendHeader(t *testing.T, literals, distances []uint8) (gotLiterals, gotDistances []uint8) {
	t.Helper()
	var h header
	bits := h.build(new(huffman), literals, distances)
	var w bitWriter
	w.reserve(bits)
	h.write(&w)
	require.Equal(t, bits, 8*len(w.out)+int(w.n))
	w.align()
	m := inflating{in: bitReader{src: w.out}, progress: progress{step: atDynamic}}
	for m.step != inSymbols {
		require.NoError(t, m.advance())
	}
	read := 8*m.in.pos - m.in.n
	require.Equal(t, bits, read)
	return m.allLens[:h.literals], m.allLens[h.literals : h.literals+h.distances]
}

func TestHeadersAreReadAsTheyWereWritten(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	var h huffman
	for range 300 {
		literals, _ := randomCode(r, &h)
		literals = append(literals, make([]uint8, numLiterals-len(literals))...)
		distances, counts := make([]uint8, numDistances), make([]uint32, numDistances)
		for i := range counts {
			counts[i] = uint32(max(0, r.IntN(20)-10))
		}
		h.lengths(distances, counts, maxCodeLen)
		gotLiterals, gotDistances := sendHeader(t, literals, distances)
		require.Equal(t, bytes.TrimRight(literals, "\x00"), bytes.TrimRight(gotLiterals, "\x00"))
		require.Equal(t, bytes.TrimRight(distances, "\x00"), bytes.TrimRight(gotDistances, "\x00"))
	}
}

// RFC 1951, section 3.2.7: 16 repeats the length before 3 to 6 times, 17 stands
// for 3 to 10 zeros, 18 for 11 to 138.
func TestRuns(t *testing.T) {
	for name, test := range map[string]struct {
		value uint8
		n     int
		want  []run
	}{
		"one":                        {7, 1, []run{{7, 0}}},
		"three":                      {7, 3, []run{{7, 0}, {7, 0}, {7, 0}}},
		"four":                       {7, 4, []run{{7, 0}, {16, 0}}},
		"seven":                      {7, 7, []run{{7, 0}, {16, 3}}},
		"nine":                       {7, 9, []run{{7, 0}, {16, 3}, {7, 0}, {7, 0}}},
		"ten":                        {7, 10, []run{{7, 0}, {16, 3}, {16, 0}}},
		"two zeros":                  {0, 2, []run{{0, 0}, {0, 0}}},
		"three zeros":                {0, 3, []run{{17, 0}}},
		"ten zeros":                  {0, 10, []run{{17, 7}}},
		"eleven zeros":               {0, 11, []run{{18, 0}}},
		"138 zeros":                  {0, 138, []run{{18, 127}}},
		"139 zeros":                  {0, 139, []run{{18, 127}, {0, 0}}},
		"148 zeros":                  {0, 148, []run{{18, 127}, {17, 7}}},
		"as many as there can be":    {0, 286, []run{{18, 127}, {18, 127}, {17, 7}}},
		"fifteens, for the whole of": {15, 13, []run{{15, 0}, {16, 3}, {16, 3}}},
	} {
		t.Run(name, func(t *testing.T) {
			var h header
			h.add(test.value, test.n)
			assert.Equal(t, test.want, h.runs)
		})
	}
}
