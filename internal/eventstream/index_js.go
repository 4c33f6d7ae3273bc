//go:build js

package eventstream

import (
	"math/bits"
	"unsafe"
)

// indexByte is the index of the first c in b, -1 if there is none. Package bytes
// would bring the tables of package unicode into a bundle, 3 KB compressed.
// Eight bytes at a time are about as fast: with c taken from each of them, one
// that is zero borrows in the subtraction, and so does only what is after it.
func indexByte(b []byte, c byte) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	p, i := unsafe.Pointer(unsafe.SliceData(b)), 0
	for every := ones * uint64(c); i+8 <= len(b); i += 8 {
		x := *(*uint64)(unsafe.Add(p, i)) ^ every
		if found := (x - ones) &^ x & highs; found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for ; i < len(b); i++ {
		if b[i] == c {
			return i
		}
	}
	return -1
}
