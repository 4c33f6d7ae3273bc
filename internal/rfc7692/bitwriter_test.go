package rfc7692

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// RFC 1951, section 3.1.1: "Data elements are packed into bytes in order of
// increasing bit number within the byte, i.e., starting with the
// least-significant bit of the byte."
func TestBitWriterPacksFromTheLowestBit(t *testing.T) {
	w := bitWriter{out: []byte("<")}
	w.reserve(32)
	w.put(1, 1)
	w.put(2, 2)
	w.put(0x1f, 5)
	w.put(3, 3)
	w.align()
	w.align() // at a boundary, nothing
	w.bytes([]byte("ab"))
	assert.Equal(t, "<\xfd\x03ab", string(w.out))
}

func TestBitsAreReadAsTheyWereWritten(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for range 200 {
		var w bitWriter
		var values []uint64
		var widths []uint
		for range r.IntN(200) {
			n := uint(r.IntN(26))
			values, widths = append(values, r.Uint64()&(1<<n-1)), append(widths, n)
			w.reserve(int(n))
			w.put(values[len(values)-1], n)
		}
		w.reserve(8)
		w.align()

		in := bitReader{src: w.out}
		for i, n := range widths {
			in.fill()
			require.EqualValues(t, values[i], in.take(int(n)), "the %dth", i)
			require.GreaterOrEqual(t, in.n, 0)
		}
		in.align()
		assert.False(t, in.has(1))
		in.take(1)
		assert.Negative(t, in.n, "beyond the end")
	}
}
