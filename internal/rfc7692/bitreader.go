package rfc7692

import "encoding/binary"

// bitReader reads the bits of a payload and of the tail behind it, the least
// significant bit of each byte first (RFC 1951, section 3.1.1).
//
// It does not fail at the end: take goes on with zeros and makes n negative,
// which is checked once for several takes.
type bitReader struct {
	src []byte
	pos int    // of the next byte for acc, in src followed by tail
	acc uint64 // the next bits; those above n are right or zero
	n   int    // how many bits of acc count
}

// fill makes n at least 56, unless the input ends before. No sequence of
// symbols that is decoded between two calls has more bits.
func (r *bitReader) fill() {
	if r.pos+8 <= len(r.src) && r.n >= 0 {
		// As many whole bytes count as there is room for. Of one more the
		// lower bits are in acc too: the next fill ORs the same bits there.
		r.acc |= binary.LittleEndian.Uint64(r.src[r.pos:]) << r.n
		r.pos += (63 - r.n) >> 3
		r.n |= 56
		return
	}
	r.fillAtEnd()
}

// fillAtEnd goes byte by byte, from src into the tail. After take has gone
// beyond the end there is nothing to add.
func (r *bitReader) fillAtEnd() {
	for 0 <= r.n && r.n <= 56 && r.pos < len(r.src)+len(tail) {
		r.acc |= uint64(r.byteAt(r.pos)) << r.n
		r.pos++
		r.n += 8
	}
}

// byteAt indexes src followed by tail, without making one of them.
func (r *bitReader) byteAt(i int) byte {
	if i < len(r.src) {
		return r.src[i]
	}
	return tail[i-len(r.src)]
}

// take removes the next n bits and returns them as a number, whose lowest bit
// comes first. n is at most what fill has made sure of.
func (r *bitReader) take(n int) uint32 {
	v := r.acc & (1<<n - 1)
	r.acc >>= n
	r.n -= n
	return uint32(v)
}

// align drops the bits up to the next byte's first.
func (r *bitReader) align() { r.take(r.n & 7) }

// empty reports whether everything has been read.
func (r *bitReader) empty() bool {
	return r.n == 0 && r.pos == len(r.src)+len(tail)
}

// bytes returns up to n whole bytes that follow; it expects align before. They
// are fewer at the end of src, and the tail comes on its own.
func (r *bitReader) bytes(n int) []byte {
	r.pos -= r.n >> 3 // give back what was read ahead
	r.acc, r.n = 0, 0
	from := r.src
	begin := r.pos
	if r.pos >= len(r.src) {
		from, begin = tail[:], r.pos-len(r.src)
	}
	p := from[begin:]
	p = p[:min(n, len(p))]
	r.pos += len(p)
	return p
}

// offset is the byte that the next bit is in, for errors.
func (r *bitReader) offset() int {
	return min(r.pos-(max(r.n, 0)+7)>>3, len(r.src))
}
