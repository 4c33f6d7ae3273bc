package rfc7692

import "encoding/binary"

// bitReader reads the bits of a payload, the least significant bit of each byte
// first (RFC 1951, section 3.1.1).
//
// At the end of src all of it is in acc. If that is not enough, whoever reads
// gives the bits back and goes on with another src, at pos 0.
type bitReader struct {
	src []byte
	pos int    // in src, of the next byte for acc
	acc uint64 // the next bits; those above n are right or zero
	n   int    // how many bits of acc count
}

// fill makes n at least 56, unless src ends before. No sequence of symbols that
// is decoded between two calls has more bits.
func (r *bitReader) fill() {
	if r.pos+8 <= len(r.src) {
		// As many whole bytes count as there is room for. Of one more the
		// lower bits are in acc too: the next fill ORs the same bits there.
		r.acc |= binary.LittleEndian.Uint64(r.src[r.pos:]) << r.n
		r.pos += (63 - r.n) >> 3
		r.n |= 56
		return
	}
	r.fillAtEnd()
}

// fillAtEnd goes byte by byte.
func (r *bitReader) fillAtEnd() {
	for r.n <= 56 && r.pos < len(r.src) {
		r.acc |= uint64(r.src[r.pos]) << r.n
		r.pos++
		r.n += 8
	}
}

// has reports whether there are n more bits, at most 56.
func (r *bitReader) has(n int) bool {
	r.fill()
	return r.n >= n
}

// take removes the next n bits and returns them as a number, whose lowest bit
// comes first. Of bits that are not there it makes zeros, and n negative, which
// is checked once for several takes.
func (r *bitReader) take(n int) uint32 {
	v := r.acc & (1<<n - 1)
	r.acc >>= n
	r.n -= n
	return uint32(v)
}

// align drops the bits up to the next byte's first.
func (r *bitReader) align() { r.take(r.n & 7) }

// bytes returns up to n whole bytes that follow, after align; none if there are
// none. They must not be changed.
func (r *bitReader) bytes(n int) []byte {
	ahead := min(r.n>>3, r.pos) // are in src still
	r.pos -= ahead
	r.n -= 8 * ahead
	if r.n > 0 { // the src before had them
		v := r.take(8)
		return octets[v : v+1]
	}
	r.acc = 0
	p := r.src[r.pos:]
	p = p[:min(n, len(p))]
	r.pos += len(p)
	return p
}

// octets has each byte at its own index.
var octets = func() (list [256]byte) {
	for i := range list {
		list[i] = byte(i)
	}
	return list
}()

// offset is the byte of src that the next bit is in, for errors; negative if it
// is in one before.
func (r *bitReader) offset() int { return r.pos - (r.n+7)>>3 }
