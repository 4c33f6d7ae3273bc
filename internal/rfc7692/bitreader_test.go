package rfc7692

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestBytesFollowBits(t *testing.T) {
	for skip := range 20 { // from each of the ways to fill
		src := random(skip+12, 1)
		in := bitReader{src: src}
		for range skip {
			in.fill()
			in.take(8)
		}
		in.fill()
		in.take(3)
		in.align()
		assert.Equal(t, src[skip+1:skip+4], in.bytes(3))
		assert.Equal(t, src[skip+4:], in.bytes(100), "what is left of the source")
		assert.Empty(t, in.bytes(1))
	}
}

// Bits go on from one source to the next wherever it is cut.
func TestBitsOfTwoSources(t *testing.T) {
	src := random(40, 1)
	for cut := range src {
		in, rest := bitReader{src: src[:cut]}, src[cut:]
		nibble := func() byte {
			if !in.has(4) {
				in.src, in.pos, rest = rest, 0, nil
				assert.True(t, in.has(4))
			}
			return byte(in.take(4))
		}
		var got []byte
		for len(got) < 20 {
			low := nibble()
			got = append(got, nibble()<<4|low)
		}
		for len(got) < len(src) {
			p := in.bytes(7)
			if got = append(got, p...); len(p) == 0 {
				assert.NotEmpty(t, rest)
				in.src, in.pos, rest = rest, 0, nil
			}
		}
		assert.Equal(t, src, got, "cut at %d", cut)
	}
}

func TestOffsetIsTheByteOfTheNextBit(t *testing.T) {
	in := bitReader{src: random(20, 1)}
	for i := range 8 * 20 {
		in.fill()
		assert.Equal(t, i/8, in.offset(), "bit %d", i)
		in.take(1)
	}
	assert.Equal(t, 20, in.offset())
	assert.False(t, in.has(1))
	in = bitReader{src: random(3, 1)}
	in.fill()
	in.src, in.pos = random(1, 1), 0
	assert.Equal(t, -3, in.offset(), "in a source before")
}
