package rfc7692

import (
	"encoding/binary"
	"math/bits"
)

// matcher finds where bytes have occurred before. It remembers positions by
// the four bytes that stand there.
//
// A bucket holds the last four positions of its hash, the newest in its lowest
// 16 bits. They are truncated to 16 bits: the difference to another position
// is a distance if it is not longer than the window, and if it is, or the
// position is from long ago, then the bytes there are compared in vain. So
// nothing has to be moved or cleared when the window slides.
type matcher struct {
	buckets []uint64
	shift   int // of the hash
	window  int
	next    uint16 // position of the byte after all those seen
}

const (
	minSearch = 4  // what is searched, hashed and found has at least so many bytes
	niceMatch = 64 // good enough not to search on
	lazyMatch = 32 // good enough not to look whether the next byte has a better one
	skipShift = 7  // log2 of the bytes without a match before steps get longer
)

// reserve prepares for a message that makes the bytes to remember so many: it
// takes one bucket for eight bytes. If there have to be more than until now, it
// moves to new ones and enters p, what is remembered, once more.
func (m *matcher) reserve(bytes int, p []byte) {
	n := m.hashBits(bytes)
	if len(m.buckets) >= 1<<n {
		return
	}
	m.buckets, m.shift = make([]uint64, 1<<n), 32-n
	m.enterAll(p, 0, len(p), m.next-uint16(len(p)))
}

// restart forgets everything, for a message of so many bytes.
func (m *matcher) restart(bytes, window int) {
	m.window, m.next = window, 0
	n := m.hashBits(bytes)
	if len(m.buckets) < 1<<n {
		m.buckets = make([]uint64, 1<<n)
	}
	m.shift = 32 - n
	clear(m.buckets[:1<<n])
}

// hashBits is the logarithm of the number of buckets.
func (m *matcher) hashBits(bytes int) int {
	return max(bits.Len(uint(max(min(bytes, m.window), 1)-1)), MinWindowBits) - 3
}

func load32(p []byte, i int) uint32 { return binary.LittleEndian.Uint32(p[i:]) }
func load64(p []byte, i int) uint64 { return binary.LittleEndian.Uint64(p[i:]) }

// enter remembers position at, where the bytes of u stand, and returns the
// bucket before.
func (m *matcher) enter(u uint32, at uint16) uint64 {
	b := &m.buckets[u*2654435761>>m.shift]
	old := *b
	*b = old<<16 | uint64(at)
	return old
}

// enterAll remembers the positions from begin to end, where they can be hashed,
// and returns the first one that it has not.
func (m *matcher) enterAll(p []byte, begin, end int, base uint16) int {
	for ; begin < min(end, len(p)-minSearch+1); begin++ {
		m.enter(load32(p, begin), base+uint16(begin))
	}
	return begin
}

// tokenize searches p[start:], which follows p[:start], and adds to b what it
// finds.
func (m *matcher) tokenize(b *block, p []byte, start int) {
	base := m.next - uint16(start) // position of p[0]
	m.next += uint16(len(p) - start)
	done := start // p[:done] is in b
	entered := max(0, start-minSearch+1)
	last := len(p) - minSearch // the last position that can be hashed
	for i := start; i <= last; {
		m.enterAll(p, entered, i, base)
		length, distance := m.find(p, i, base, 0)
		entered = i + 1
		if length == 0 {
			i += 1 + (i-done)>>skipShift
			entered = i // what is skipped is not remembered
			continue
		}
		for length < lazyMatch && i < last {
			n, d := m.find(p, i+1, base, length)
			entered = i + 2
			if n == 0 {
				break
			}
			i, length, distance = i+1, n, d
		}
		b.literals(p[done:i])
		b.match(length, distance)
		i += length
		done = i
	}
	m.enterAll(p, entered, len(p), base)
	b.literals(p[done:])
}

// find returns the longest match at p[i:] that is longer than shortest, or zero,
// and enters the position. Of two that are equal the nearer one wins: its
// distance has fewer bits.
func (m *matcher) find(p []byte, i int, base uint16, shortest int) (length, distance int) {
	u := load32(p, i)
	at := base + uint16(i)
	most := min(len(p)-i, maxMatch)
	best := max(shortest, minSearch-1)
	for bucket, ways := m.enter(u, at), 4; ways > 0 && best < most; bucket, ways = bucket>>16, ways-1 {
		d := int(at - uint16(bucket))
		if d == 0 || d > m.window || d > i || load32(p, i-d) != u || p[i-d+best] != p[i+best] {
			continue
		}
		if n := matchLen(p, i-d, i, most); n > best {
			best, length, distance = n, n, d
			if n >= niceMatch {
				break
			}
		}
	}
	return length, distance
}

// matchLen counts the bytes, up to most, that are the same from i and from j.
func matchLen(p []byte, i, j, most int) int {
	n := 0
	for ; n+8 <= most; n += 8 {
		if diff := load64(p, i+n) ^ load64(p, j+n); diff != 0 {
			return n + bits.TrailingZeros64(diff)>>3
		}
	}
	for n < most && p[i+n] == p[j+n] {
		n++
	}
	return n
}
