package rfc7692

// A token is a literal or a match, as it comes out of the search for
// repetitions: for a match the length less minMatch and the distance less one.
type token uint32

// matchToken is the bit that tells a match from a literal.
const matchToken = token(1) << 31

func makeMatch(length, distance int) token {
	return matchToken | token(length-minMatch)<<16 | token(distance-1)
}

func (t token) isMatch() bool    { return t&matchToken != 0 }
func (t token) length() uint32   { return uint32(t>>16) & 255 } // less minMatch
func (t token) distance() uint32 { return uint32(t) & 0xffff }  // less one

// block collects the tokens of one block and writes it in the shortest of the
// three forms.
type block struct {
	tokens         []token
	literalCounts  [numLiterals]uint32  // how often each symbol occurs
	distanceCounts [numDistances]uint32 // likewise

	// What follows is for a dynamic block: its codes and their description.
	huffman       huffman
	lens          [numLiterals + numDistances]uint8
	literalCodes  [numLiterals]code
	distanceCodes [numDistances]code
	header        header
}

// reset makes b an empty block. The symbol that ends it occurs in each one.
func (b *block) reset() {
	b.tokens = b.tokens[:0]
	clear(b.literalCounts[:])
	clear(b.distanceCounts[:])
	b.literalCounts[endOfBlock] = 1
}

// literals adds bytes that match nothing.
func (b *block) literals(p []byte) {
	for _, c := range p {
		b.tokens = append(b.tokens, token(c))
		b.literalCounts[c]++
	}
}

// match adds a repetition.
func (b *block) match(length, distance int) {
	b.tokens = append(b.tokens, makeMatch(length, distance))
	b.literalCounts[firstLength+int(lengthSymbols[length-minMatch])]++
	b.distanceCounts[distanceSymbol(uint32(distance-1))]++
}

// The codes of fixed blocks (RFC 1951, section 3.2.6).
var fixedLiteralCodes, fixedDistanceCodes = func() (l [288]code, d [32]code) {
	assign(l[:], fixedLens[:])
	assign(d[:], fixedDistanceLens[:])
	return l, d
}()

// smallFixed is a size in bits. A dynamic block's header alone needs about as
// much, so that it is not worth to find the best code.
const smallFixed = 300

// write appends the block; raw is what its tokens stand for, at most maxStored
// bytes.
func (b *block) write(w *bitWriter, raw []byte) {
	// All three sizes leave out the three bits of the block's header.
	extra := b.extraBits()
	fixed := extra + bitsOf(b.literalCounts[:], fixedLens[:]) + bitsOf(b.distanceCounts[:], fixedDistanceLens[:])
	stored := int(-(w.n+3)&7) + 32 + 8*len(raw)
	dynamic := fixed
	if fixed > smallFixed {
		dynamic = extra + b.bestCode()
	}
	w.reserve(3 + min(stored, fixed, dynamic))
	switch {
	case stored <= min(fixed, dynamic):
		w.put(storedBlock<<1, 3)
		w.align()
		w.put(uint64(len(raw))|uint64(^uint16(len(raw)))<<16, 32)
		w.bytes(raw)
	case fixed <= dynamic:
		w.put(fixedBlock<<1, 3)
		b.writeTokens(w, fixedLiteralCodes[:numLiterals], fixedDistanceCodes[:numDistances])
	default:
		w.put(dynamicBlock<<1, 3)
		b.header.write(w)
		b.writeTokens(w, b.literalCodes[:], b.distanceCodes[:])
	}
}

// bestCode finds the codes of a dynamic block and how many bits it has with
// them, less the extra bits.
func (b *block) bestCode() int {
	literals, distances := b.lens[:numLiterals], b.lens[numLiterals:]
	b.huffman.lengths(literals, b.literalCounts[:], maxCodeLen)
	b.huffman.lengths(distances, b.distanceCounts[:], maxCodeLen)
	assign(b.literalCodes[:], literals)
	assign(b.distanceCodes[:], distances)
	return b.header.build(&b.huffman, literals, distances) +
		bitsOf(b.literalCounts[:], literals) + bitsOf(b.distanceCounts[:], distances)
}

// bitsOf is how many bits all symbols have together, which occur so often and
// have codes of these lengths.
func bitsOf(counts []uint32, lens []uint8) int {
	n := 0
	for symbol, count := range counts {
		n += int(count) * int(lens[symbol])
	}
	return n
}

// extraBits counts those behind lengths and distances, which are the same
// whatever the codes are.
func (b *block) extraBits() int {
	n := 0
	for i, s := range lengthSpans {
		n += int(b.literalCounts[firstLength+i]) * int(s.extra)
	}
	for i, s := range distanceSpans {
		n += int(b.distanceCounts[i]) * int(s.extra)
	}
	return n
}

// writeTokens writes the block after its header. A match goes in one piece: its
// two codes and their extra bits are 48 bits at most.
func (b *block) writeTokens(w *bitWriter, literals, distances []code) {
	for _, t := range b.tokens {
		if !t.isMatch() {
			c := literals[t]
			w.put(uint64(c.bits), uint(c.len))
			continue
		}
		symbol := lengthSymbols[t.length()]
		c, s := literals[firstLength+int(symbol)], lengthSpans[symbol]
		v, n := uint64(c.bits), uint(c.len)
		v |= uint64(t.length()+minMatch-uint32(s.base)) << n
		n += uint(s.extra)

		// The extra bits are a number above the base of the symbol's span.
		d := distanceSymbol(t.distance())
		c, s = distances[d], distanceSpans[d]
		v |= uint64(c.bits) << n
		n += uint(c.len)
		v |= uint64(t.distance()+1-uint32(s.base)) << n
		w.put(v, n+uint(s.extra))
	}
	c := literals[endOfBlock]
	w.put(uint64(c.bits), uint(c.len))
}
