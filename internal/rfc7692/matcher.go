package rfc7692

import (
	"encoding/binary"
	"math/bits"
)

// matcher finds where bytes have occurred before. It remembers positions by a
// hash of the four bytes that stand there, in chains: head holds the newest
// position of each hash, and prev, for each position of the last window, the
// one before it with the same hash.
//
// Positions are truncated to 16 bits. Their difference to another one is a
// distance if the bytes there match; if it belongs to a position from long ago,
// they are compared in vain. So nothing has to be moved or cleared while the
// window slides.
type matcher struct {
	head, prev []uint16
	shift      int    // of the hash: what is above it indexes head
	window     int    // how far to look back, a power of two
	next       uint16 // position of the byte after all those seen
}

// What the search may cost. The figures are of JSON messages of 1 KiB, the time
// on one core and the mean payload.
const (
	// maxSearchBits is the largest window that is used. All of 32 KiB would
	// take 104 KiB of memory instead of 64, and 2% less for source code, but
	// not for JSON, whose best matches are near.
	maxSearchBits = 14
	// minSearch is the length of the shortest match, and of what is hashed.
	// Matches of three bytes hardly pay.
	minSearch = 4
	// maxChain is how many positions are tried: with 4 it takes 14.7 µs and
	// 232 bytes, with 8 15.8 and 224, with 16 17.2 and 219.
	maxChain = 16
	// niceMatch is a length that ends the search. A longer one costs no more.
	niceMatch = 32
	// nearMatch is how far away a match of minSearch bytes may be. Farther
	// away its bits are as many as those of the literals: 219 bytes become 215.
	nearMatch = 4096
	// skipShift is the logarithm of how many bytes have to pass without a
	// match until some are skipped: what nothing compresses should not cost.
	skipShift = 6
)

// searchWindow is how far the matcher of an agreed window looks back.
func searchWindow(window int) int { return min(window, 1<<maxSearchBits) }

// reserve prepares for a message that makes the bytes to remember so many. If
// that needs longer tables, it enters p, what is remembered now, once more.
func (m *matcher) reserve(bytes int, p []byte) {
	if n := m.sizeBits(bytes); len(m.prev) < 1<<n {
		m.allocate(n)
		m.enterAll(p, 0, len(p), m.next-uint16(len(p)))
	}
}

// restart forgets everything, for a message of so many bytes. The tables have
// the size for it, since clearing them costs more than a short message does.
func (m *matcher) restart(bytes, window int) {
	m.window, m.next = window, 0
	m.allocate(m.sizeBits(bytes))
	clear(m.head)
	clear(m.prev)
}

// sizeBits is the logarithm of the length of prev: no more positions than there
// are bytes, and no more than the window has.
func (m *matcher) sizeBits(bytes int) int {
	return max(bits.Len(uint(max(min(bytes, m.window), 1)-1)), MinWindowBits)
}

// allocate makes prev 1<<n long, in place if it can, and head half of that.
func (m *matcher) allocate(n int) {
	if cap(m.prev) < 1<<n {
		m.head, m.prev = make([]uint16, 1<<(n-1)), make([]uint16, 1<<n)
	}
	m.head, m.prev, m.shift = m.head[:1<<(n-1)], m.prev[:1<<n], 32-(n-1)
}

func load32(p []byte, i int) uint32 { return binary.LittleEndian.Uint32(p[i:]) }
func load64(p []byte, i int) uint64 { return binary.LittleEndian.Uint64(p[i:]) }

// enter remembers position at, where the bytes of u stand, and returns the one
// before it in its chain.
func (m *matcher) enter(u uint32, at uint16) uint16 {
	h := &m.head[u*2654435761>>m.shift]
	before := *h
	*h = at
	m.prev[int(at)&(len(m.prev)-1)] = before
	return before
}

// enterAll remembers the positions from begin to end, as far as four bytes stand
// there.
func (m *matcher) enterAll(p []byte, begin, end int, base uint16) {
	for end = min(end, len(p)-minSearch+1); begin < end; begin++ {
		m.enter(load32(p, begin), base+uint16(begin))
	}
}

// tokenize searches p[start:], which follows p[:start], and adds to b what it
// finds: greedily, but where the next byte begins a longer match, it takes that
// one instead.
func (m *matcher) tokenize(b *block, p []byte, start int) {
	base := m.next - uint16(start) // position of p[0]
	m.next += uint16(len(p) - start)
	done := start // p[:done] is in b
	// Positions before that have been entered. The last ones before start
	// could not be, for lack of the bytes that follow.
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
		for length < niceMatch && i < last {
			n, d := m.find(p, i+1, base, length)
			entered = i + 2
			if n == 0 {
				break
			}
			i, length, distance = i+1, n, d
		}
		// Bytes that were skipped may belong to it.
		for ; i > done && i > distance && length < maxMatch && p[i-1] == p[i-1-distance]; i-- {
			length++
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
	u, at, prev := load32(p, i), base+uint16(i), m.prev
	most, far := min(len(p)-i, maxMatch), min(i, m.window)
	best, last := max(shortest, minSearch-1), 0
	candidate := m.enter(u, at)
	for tries := maxChain; tries > 0 && best < most; tries-- {
		d := int(at - candidate)
		if d <= last || d > far {
			break // the chain has ended, and what follows is from long ago
		}
		last = d
		// To be longer than the best, a match has to have the byte after it.
		if p[i-d+best] == p[i+best] && load32(p, i-d) == u {
			n := matchLen(p, i-d, i, most)
			if n > best && (n > minSearch || d <= nearMatch) {
				best, length, distance = n, n, d
				if n >= niceMatch {
					break
				}
			}
		}
		candidate = prev[int(candidate)&(len(prev)-1)]
	}
	return length, distance
}

// matchLen counts the bytes, up to most, that are the same from i and from j,
// eight at a time: the first that differ have the lowest bits.
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
