package rfc7692

import "math/bits"

// The alphabets of RFC 1951, section 3.2.5: literals, the end of a block and
// lengths share one, distances have their own. Length and distance symbols
// stand for ranges; extra bits tell which value is meant.
const (
	endOfBlock   = 256
	firstLength  = 257
	numLiterals  = 286 // symbols 286 and 287 "will never actually occur"
	numDistances = 30  // so will distances 30 and 31
	numCodeLens  = 19  // of the code that encodes the other codes' lengths

	minMatch    = 3
	maxMatch    = 258
	maxDistance = 1 << MaxWindowBits

	maxCodeLen     = 15 // of literals and distances
	maxCodeLensLen = 7  // of the code of code lengths

	maxStored = 65535 // bytes in a stored block
)

// The types of block (RFC 1951, section 3.2.3).
const (
	storedBlock  = 0
	fixedBlock   = 1
	dynamicBlock = 2
)

// tail is what a sender removes from the end of each message, and a receiver
// appends: the length, and its complement, of the empty stored block that
// flushes the message.
//
// RFC 7692, section 7.2.1: "Remove 4 octets (that are 0x00 0x00 0xff 0xff)
// from the tail end."
var tail = [4]byte{0x00, 0x00, 0xff, 0xff}

// codeLensOrder is the order in which the lengths of the code length code are
// sent (RFC 1951, section 3.2.7): those that are often zero come last.
var codeLensOrder = [numCodeLens]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// A span is the range of values that one symbol stands for.
type span struct {
	base  uint16 // the least of them
	extra uint8  // how many bits follow the symbol, to be added to base
}

// lengthSpans are those of the symbols 257 to 285 (RFC 1951, section 3.2.5).
var lengthSpans = [numLiterals - firstLength]span{
	{3, 0}, {4, 0}, {5, 0}, {6, 0}, {7, 0}, {8, 0}, {9, 0}, {10, 0},
	{11, 1}, {13, 1}, {15, 1}, {17, 1}, {19, 2}, {23, 2}, {27, 2}, {31, 2},
	{35, 3}, {43, 3}, {51, 3}, {59, 3}, {67, 4}, {83, 4}, {99, 4}, {115, 4},
	{131, 5}, {163, 5}, {195, 5}, {227, 5}, {258, 0},
}

// distanceSpans are those of the symbols 0 to 29.
var distanceSpans = [numDistances]span{
	{1, 0}, {2, 0}, {3, 0}, {4, 0}, {5, 1}, {7, 1}, {9, 2}, {13, 2}, {17, 3}, {25, 3},
	{33, 4}, {49, 4}, {65, 5}, {97, 5}, {129, 6}, {193, 6}, {257, 7}, {385, 7}, {513, 8}, {769, 8},
	{1025, 9}, {1537, 9}, {2049, 10}, {3073, 10}, {4097, 11}, {6145, 11}, {8193, 12}, {12289, 12},
	{16385, 13}, {24577, 13},
}

// lengthSymbols maps a length less minMatch to its index in lengthSpans. Length
// 258 is in two spans; its own symbol needs no extra bits.
var lengthSymbols = func() (table [maxMatch - minMatch + 1]uint8) {
	for symbol, s := range lengthSpans { // the last one overrides the end of the one before
		for i := range 1 << s.extra {
			if n := int(s.base) + i - minMatch; n < len(table) {
				table[n] = uint8(symbol)
			}
		}
	}
	return table
}()

// distanceSymbol maps a distance less one to its index in distanceSpans: two
// symbols for every power of two.
func distanceSymbol(d uint32) uint32 {
	if d < 4 {
		return d
	}
	n := uint32(bits.Len32(d)) - 1
	return 2*n + d>>(n-1)&1
}

// fixedLens are the code lengths of fixed blocks (RFC 1951, section 3.2.6).
var fixedLens = func() (lens [288]uint8) {
	for i := range lens {
		switch {
		case i < 144, i >= 280:
			lens[i] = 8
		case i < 256:
			lens[i] = 9
		default:
			lens[i] = 7
		}
	}
	return lens
}()

// fixedDistanceLens are those of distances: five bits each.
var fixedDistanceLens = func() (lens [32]uint8) {
	for i := range lens {
		lens[i] = 5
	}
	return lens
}()
