package rfc7692

import "math/bits"

// An entry is what a decoder's table holds for a symbol. Its fields, from the
// lowest bit: the length of its code in 4 bits, its kind in 4, how many extra
// bits follow in 8, and in 16 the value: the literal, the base of the length or
// distance, or where a subtable begins.
//
// Zero is an entry that no code leads to.
type entry uint32

// The kinds of entry.
const (
	literal  = entry(1) << 4
	matched  = entry(2) << 4 // a length or a distance
	end      = entry(3) << 4
	subtable = entry(4) << 4 // codes longer than the root; extra: how many bits more
	kindMask = entry(15) << 4
)

// makeEntry returns an entry without the length of a code.
func makeEntry(kind entry, base int, extra int) entry {
	return kind | entry(extra)<<8 | entry(base)<<16
}

func (e entry) len() int    { return int(e & 15) }
func (e entry) kind() entry { return e & kindMask }
func (e entry) extra() int  { return int(e >> 8 & 255) }
func (e entry) base() int   { return int(e >> 16) }

// The entries of all symbols but for the lengths of their codes. Symbols that
// must not occur have no entry.
var (
	literalEntries = func() (list [288]entry) {
		for i := range endOfBlock {
			list[i] = makeEntry(literal, i, 0)
		}
		list[endOfBlock] = end
		for i, s := range lengthSpans {
			list[firstLength+i] = makeEntry(matched, int(s.base), int(s.extra))
		}
		return list
	}()
	distanceEntries = func() (list [32]entry) {
		for i, s := range distanceSpans {
			list[i] = makeEntry(matched, int(s.base), int(s.extra))
		}
		return list
	}()
	codeLenEntries = func() (list [numCodeLens]entry) {
		for i := range list {
			list[i] = makeEntry(literal, i, 0)
		}
		return list
	}()
)

// decoder finds the symbol that the next bits stand for. The table's first part
// is indexed by the next root bits. A code that is longer leads to a subtable,
// which is indexed by the bits after those. Symbols that occur often have short
// codes, so that one look is mostly enough, and the table stays in the cache.
type decoder struct {
	root  int
	table []entry
}

// lookup returns the entry of the code that acc begins with.
func (d *decoder) lookup(acc uint64) entry {
	e := d.table[acc&(1<<d.root-1)]
	if e.kind() == subtable {
		e = d.table[e.base()+int(acc>>d.root&(1<<e.extra()-1))]
	}
	return e
}

// init builds the table of the canonical code (RFC 1951, section 3.2.2) whose
// symbols have codes of these lengths; root limits the table's first part. It
// reports false if there is no such code: too many short codes, or codes that
// no symbol has.
//
// As zlib and compress/flate do, it lets pass a code of one symbol, which has
// half of all codes, since "If only one distance code is used, it is encoded
// using one bit, not zero bits" (section 3.2.7). It lets pass a code of no
// symbols too: a block of literals alone has no distances.
func (d *decoder) init(lens []uint8, entries []entry, root int) bool {
	var count, next [maxCodeLen + 1]int
	for _, n := range lens {
		count[n]++
	}
	longest, free := 0, 1 // free: how many codes of n bits are left
	for n := 1; n <= maxCodeLen; n++ {
		next[n] = next[n-1]
		if n > 1 {
			next[n] += count[n-1]
		}
		if free = free<<1 - count[n]; free < 0 {
			return false
		}
		if count[n] > 0 {
			longest = n
		}
	}
	if free > 0 && longest > 1 {
		return false
	}
	// next is now where the symbols of a length begin in the order of codes.
	var sorted [288]uint16 // by length, then symbol: the order of their codes
	for symbol, n := range lens {
		if n > 0 {
			sorted[next[n]] = uint16(symbol)
			next[n]++
		}
	}
	d.reset(min(root, max(longest, 1)), free > 0)
	d.fill(sorted[:next[longest]], lens, entries, longest)
	return true
}

// reset makes a table without subtables. Only an incomplete code leaves entries
// of it alone.
func (d *decoder) reset(root int, incomplete bool) {
	d.root = root
	if cap(d.table) < 1<<root {
		d.table = make([]entry, 1<<root)
	}
	d.table = d.table[:1<<root]
	if incomplete {
		clear(d.table)
	}
}

// fill enters the codes in their order, which is that of numbers, a longer code
// continuing where the shorter ones end. A code of n bits stands at each index
// whose lowest n bits it is, whatever the others are.
func (d *decoder) fill(sorted []uint16, lens []uint8, entries []entry, longest int) {
	code, prev := 0, 0 // code is as long as that of the symbol before
	for _, symbol := range sorted {
		n := int(lens[symbol])
		code <<= n - prev
		prev = n
		e := entries[symbol]
		if e != 0 {
			e |= entry(n)
		}
		// Codes come with their highest bit first, and so lowest in acc.
		reversed := int(bits.Reverse16(uint16(code)) >> (16 - n))
		if n <= d.root {
			for i := reversed; i < 1<<d.root; i += 1 << n {
				d.table[i] = e
			}
		} else {
			d.fillSub(reversed, n, e, longest-d.root, code&(1<<(n-d.root)-1) == 0)
		}
		code++
	}
}

// fillSub enters a code that is longer than root. Codes with the same first
// root bits follow one another, and the first one has zeros behind them.
func (d *decoder) fillSub(reversed, n int, e entry, size int, first bool) {
	prefix := reversed & (1<<d.root - 1)
	if first {
		begin := len(d.table)
		d.table = append(d.table, make([]entry, 1<<size)...)
		d.table[prefix] = makeEntry(subtable, begin, size)
	}
	sub := d.table[d.table[prefix].base():]
	for i := reversed >> d.root; i < 1<<size; i += 1 << (n - d.root) {
		sub[i] = e
	}
}
