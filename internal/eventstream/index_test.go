package eventstream

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Every place of c among bytes that differ from it by little.
func TestIndexByteIsAsInPackageBytes(t *testing.T) {
	for _, c := range []byte{0, 1, '\n', 0x7f, 0x80, 0xff} {
		for n := range 40 {
			for _, other := range []byte{c + 1, c - 1, c ^ 0x80, c ^ 1} {
				b := bytes.Repeat([]byte{other}, n)
				assert.Equal(t, -1, indexByte(b, c), "%x of %x", c, b)
				for i := range b {
					b[i] = c
					assert.Equal(t, i, indexByte(b, c), "%x in %x", c, b)
					assert.Equal(t, i, indexByte(b[:i+1], c), "%x in %x", c, b[:i+1])
					b[i] = other
				}
			}
		}
	}
	assert.Equal(t, 1, indexByte([]byte("a\nb\nc\nd\ne\nf"), '\n'), "the first of several")
}
