package rfc7692

// header is the part of a dynamic block that tells its codes: the lengths of
// all codes, with runs shortened, in a code of their own (RFC 1951, section
// 3.2.7).
type header struct {
	literals, distances int                 // how many lengths of each are sent
	lens                []uint8             // of both codes, one after the other
	runs                []run               // the same, as they are sent
	counts              [numCodeLens]uint32 // how often the symbols of runs occur
	codeLens            [numCodeLens]uint8  // and the lengths of their codes
	sent                int                 // how many of codeLens are sent
}

// A run is a symbol of the code of code lengths with the bits that follow it.
type run struct{ symbol, extra uint8 }

// extraLens are how many bits follow a symbol.
var extraLens = [numCodeLens]uint8{16: 2, 17: 3, 18: 7}

// build prepares the header for codes of these lengths, and returns how many
// bits it has.
func (h *header) build(scratch *huffman, literals, distances []uint8) int {
	h.literals, h.distances = used(literals, firstLength), used(distances, 1)
	h.lens = append(append(h.lens[:0], literals[:h.literals]...), distances[:h.distances]...)
	// Runs may go on from literals to distances: they are one sequence.
	h.runs = h.runs[:0]
	clear(h.counts[:])
	for i := 0; i < len(h.lens); {
		n := 1
		for i+n < len(h.lens) && h.lens[i+n] == h.lens[i] {
			n++
		}
		h.add(h.lens[i], n)
		i += n
	}
	scratch.lengths(h.codeLens[:], h.counts[:], maxCodeLensLen)
	h.sent = numCodeLens
	for h.sent > 4 && h.codeLens[codeLensOrder[h.sent-1]] == 0 {
		h.sent--
	}
	bits := 5 + 5 + 4 + 3*h.sent
	for symbol, count := range h.counts {
		bits += int(count) * int(h.codeLens[symbol]+extraLens[symbol])
	}
	return bits
}

// used is how many lengths have to be sent, at least least.
func used(lens []uint8, least int) int {
	n := len(lens)
	for n > least && lens[n-1] == 0 {
		n--
	}
	return n
}

// add appends n lengths of value. 17 and 18 stand for zeros, 16 for what came
// before; none of them for fewer than three.
func (h *header) add(value uint8, n int) {
	if value != 0 {
		h.emit(value, 0)
		n--
	}
	for n >= 3 {
		switch {
		case value != 0:
			k := min(n, 6)
			h.emit(16, uint8(k-3))
			n -= k
		case n <= 10:
			h.emit(17, uint8(n-3))
			n = 0
		default:
			k := min(n, 138)
			h.emit(18, uint8(k-11))
			n -= k
		}
	}
	for range n {
		h.emit(value, 0)
	}
}

// emit appends one symbol of the code of code lengths.
func (h *header) emit(symbol, extra uint8) {
	h.runs = append(h.runs, run{symbol, extra})
	h.counts[symbol]++
}

// write appends what build has prepared.
func (h *header) write(w *bitWriter) {
	w.put(uint64(h.literals-firstLength), 5)
	w.put(uint64(h.distances-1), 5)
	w.put(uint64(h.sent-4), 4)
	for _, symbol := range codeLensOrder[:h.sent] {
		w.put(uint64(h.codeLens[symbol]), 3)
	}
	var codes [numCodeLens]code
	assign(codes[:], h.codeLens[:])
	for _, r := range h.runs {
		c := codes[r.symbol]
		w.put(uint64(c.bits)|uint64(r.extra)<<c.len, uint(c.len+extraLens[r.symbol]))
	}
}
