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
		assert.Equal(t, tail[:3], in.bytes(3), "then the tail")
		assert.False(t, in.empty())
		assert.Equal(t, tail[3:], in.bytes(3))
		assert.True(t, in.empty())
		assert.Empty(t, in.bytes(1))
	}
}

func TestOffsetIsTheByteOfTheNextBit(t *testing.T) {
	in := bitReader{src: random(20, 1)}
	for i := range 8 * 20 {
		in.fill()
		assert.Equal(t, i/8, in.offset(), "bit %d", i)
		in.take(1)
	}
	in.fill()
	in.take(20)
	assert.Equal(t, 20, in.offset(), "in the tail")
	in.take(20)
	assert.Equal(t, 20, in.offset(), "beyond it")
}
