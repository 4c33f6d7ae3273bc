package rfc7692

import (
	"math/bits"
	"slices"
)

// A code is what stands for a symbol: its bits, reversed as they are sent, and
// how many they are.
type code struct {
	bits uint16
	len  uint8
}

// assign gives symbols the canonical code with these lengths (RFC 1951,
// section 3.2.2).
func assign(codes []code, lens []uint8) {
	var next [maxCodeLen + 2]uint16 // by length; first the counts of the length below
	for _, n := range lens {
		if n > 0 {
			next[n+1]++
		}
	}
	for n := 1; n < len(next); n++ {
		next[n] = (next[n] + next[n-1]) << 1
	}
	for symbol, n := range lens {
		if codes[symbol] = (code{}); n > 0 {
			codes[symbol] = code{bits.Reverse16(next[n] << (16 - n)), n}
			next[n]++
		}
	}
}

// huffman computes lengths of codes. It is scratch memory.
type huffman struct {
	sorted [numLiterals]uint32 // counts above their symbols in 9 bits, the rarest first
	tree   [numLiterals]uint32 // see depths
}

// lengths sets lens to the lengths of an optimal code for symbols that occur so
// often, or of a nearly optimal one where that would need codes longer than
// limit. At least two symbols get codes: a decoder may insist on a code without
// gaps, as compress/flate did.
func (h *huffman) lengths(lens []uint8, counts []uint32, limit int) {
	n := 0
	for symbol, count := range counts {
		if lens[symbol] = 0; count > 0 {
			h.sorted[n] = count<<9 | uint32(symbol)
			n++
		}
	}
	if n < 2 {
		lens[0], lens[1] = 1, 1
		if n == 1 && h.sorted[0]&511 > 1 {
			lens[1], lens[h.sorted[0]&511] = 0, 1
		}
		return
	}
	slices.Sort(h.sorted[:n]) // by count; by symbol where it is the same
	h.depths(n)
	perLen := h.limit(n, limit)
	// The rarest symbols get the longest codes.
	i := 0
	for length := limit; length > 0; length-- {
		for range perLen[length] {
			lens[h.sorted[i]&511] = uint8(length)
			i++
		}
	}
}

// depths replaces tree[:n] by the depths of the leaves in a Huffman tree for
// the sorted counts, in place: Moffat and Katajainen, "In-Place Calculation of
// Minimum-Redundancy Codes", 1995.
func (h *huffman) depths(n int) {
	t := h.tree[:n]
	for i, s := range h.sorted[:n] {
		t[i] = s >> 9
	}
	h.parents(t)
	// From parents to depths of the inner nodes, from the root down.
	t[n-2] = 0
	for i := n - 3; i >= 0; i-- {
		t[i] = t[t[i]] + 1
	}
	// From the depths of the inner nodes to those of the leaves.
	available, used, depth := 1, 0, uint32(0)
	inner, leaf := n-2, n-1
	for available > 0 {
		// Of the nodes at this depth those that are not inner ones are leaves.
		for inner >= 0 && t[inner] == depth {
			used++
			inner--
		}
		for ; available > used; available-- {
			t[leaf] = depth
			leaf--
		}
		available, used = 2*used, 0
		depth++
	}
}

// parents joins the two lightest nodes again and again. Of an inner node that
// has been joined only the number of its parent is kept.
func (h *huffman) parents(t []uint32) {
	n := len(t)
	leaf, inner := 0, 0
	for next := range n - 1 {
		var sum uint32
		for range 2 {
			if leaf >= n || inner < next && t[inner] < t[leaf] {
				sum += t[inner]
				t[inner] = uint32(next)
				inner++
			} else {
				sum += t[leaf]
				leaf++
			}
		}
		t[next] = sum
	}
}

// limit returns how many codes there are of each length, with those cut that
// are over the limit. To make room for them some short codes grow.
func (h *huffman) limit(n, limit int) (perLen [maxCodeLen + 1]int) {
	space := 0 // used by the codes, in units of the longest code's share
	for _, depth := range h.tree[:n] {
		length := min(int(depth), limit)
		perLen[length]++
		space += 1 << (limit - length)
	}
	// One code of the longest goes beside a shorter one that gets one bit
	// more: both together take one share less than before.
	for ; space > 1<<limit; space-- {
		perLen[limit]--
		for length := limit - 1; ; length-- {
			if perLen[length] > 0 {
				perLen[length]--
				perLen[length+1] += 2
				break
			}
		}
	}
	return perLen
}
