package rfc6455

import (
	"encoding/binary"
	"unicode/utf8"
)

// UTF8 validates UTF-8 (RFC 3629, section 4) that arrives in pieces. The zero
// value is ready for the first piece of a text.
//
// A text may be cut anywhere, also inside a character, so between pieces the
// state is what may follow: how many bytes the character still lacks and the
// range of the next of them.
type UTF8 struct {
	need   uint8 // bytes that the character begun still lacks
	lo, hi byte  // the range of the next byte, if need > 0
	bad    bool
}

// Write takes the next piece and reports whether the text so far begins a
// valid one. It returns false as soon as p holds a byte that no text can have
// in its place, without waiting for the rest of the character: F4 90, ED A0
// and E0 80 are refused at their second byte. Once false, it stays false until
// Reset.
func (u *UTF8) Write(p []byte) bool {
	for !u.bad && u.need > 0 && len(p) > 0 {
		u.next(p[0])
		p = p[1:]
	}
	if p = skipASCII(p); u.bad || len(p) == 0 {
		return !u.bad
	}
	// Whole characters go to the standard library, which is as fast as can be
	// on mixed text; at most three bytes are left for the state.
	whole := len(p) - incomplete(p)
	u.bad = !utf8.Valid(p[:whole])
	for _, b := range p[whole:] {
		u.next(b)
	}
	return !u.bad
}

// skipASCII cuts ASCII in front of p, four words at a time and then one, for
// the many messages that are nothing else. Less than a word may be left.
func skipASCII(p []byte) []byte {
	const high = 0x8080808080808080
	le := binary.LittleEndian
	for len(p) >= 32 {
		s := (*[32]byte)(p)
		if (le.Uint64(s[0:8])|le.Uint64(s[8:16])|le.Uint64(s[16:24])|le.Uint64(s[24:32]))&high != 0 {
			break
		}
		p = p[32:]
	}
	for len(p) >= 8 && le.Uint64(p)&high == 0 {
		p = p[8:]
	}
	return p
}

// Complete reports whether the text may end here: it is valid and does not
// stop inside a character.
func (u *UTF8) Complete() bool { return u.need == 0 && !u.bad }

// Reset makes u ready for another text.
func (u *UTF8) Reset() { *u = UTF8{} }

// next takes one byte, by the table UTF8-octets of RFC 3629, section 4.
func (u *UTF8) next(b byte) {
	switch {
	case u.bad:
	case u.need > 0:
		u.bad = b < u.lo || b > u.hi
		u.need, u.lo, u.hi = u.need-1, 0x80, 0xbf
	case b >= 0x80:
		u.lead(b)
	}
}

// lead starts a character of more than one byte. The narrower ranges rule out
// what has a shorter form (C0, C1, E0 80, F0 80), the surrogates (ED A0) and
// what lies beyond U+10FFFF (F4 90, F5).
func (u *UTF8) lead(b byte) {
	u.need, u.lo, u.hi = size(b)-1, 0x80, 0xbf
	switch b {
	case 0xe0:
		u.lo = 0xa0
	case 0xed:
		u.hi = 0x9f
	case 0xf0:
		u.lo = 0x90
	case 0xf4:
		u.hi = 0x8f
	}
	u.bad = u.need == 0
}

// size returns the length of the character that b begins, 1 if it begins none
// that is longer.
func size(b byte) uint8 {
	switch {
	case b < 0xc2 || b > 0xf4:
		return 1
	case b < 0xe0:
		return 2
	case b < 0xf0:
		return 3
	}
	return 4
}

// incomplete returns how many bytes at the end of p begin a character that p
// does not hold whole: 0 to 3.
func incomplete(p []byte) int {
	for n := 1; n <= 3 && n <= len(p); n++ {
		b := p[len(p)-n]
		if utf8.RuneStart(b) {
			if int(size(b)) > n {
				return n
			}
			return 0
		}
	}
	return 0
}
