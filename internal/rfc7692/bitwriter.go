package rfc7692

import "encoding/binary"

// bitWriter appends bits to out, the least significant bit of each byte first
// (RFC 1951, section 3.1.1).
type bitWriter struct {
	out []byte
	acc uint64 // bits not in out yet
	n   uint   // how many, fewer than 8 between two calls
}

// reserve makes room for bits more bits. The methods below need that: so they
// need not look at each symbol whether it fits.
func (w *bitWriter) reserve(bits int) {
	need := len(w.out) + bits/8 + 16 // put stores 8 bytes at a time
	if need > cap(w.out) {
		out := make([]byte, len(w.out), max(need, 2*cap(w.out)))
		copy(out, w.out)
		w.out = out
	}
}

// put appends the lowest n bits of v, at most 56; the others are zero. It
// always stores all of acc: those bytes that are not complete yet are stored
// again by the next call.
func (w *bitWriter) put(v uint64, n uint) {
	w.acc |= v << w.n
	w.n += n
	end := len(w.out)
	binary.LittleEndian.PutUint64(w.out[end:end+8], w.acc)
	w.out = w.out[:end+int(w.n>>3)]
	w.acc >>= w.n &^ 7
	w.n &= 7
}

// align appends zeros up to the end of the byte.
func (w *bitWriter) align() {
	if w.n > 0 {
		w.put(0, 8-w.n)
	}
}

// bytes appends whole bytes, after align.
func (w *bitWriter) bytes(p []byte) { w.out = append(w.out, p...) }
