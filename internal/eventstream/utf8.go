package eventstream

import "unicode/utf8"

// wellFormed returns b with ill-formed UTF-8 replaced, in a buffer of its own
// (one of two, for the two values of an event) if that changes it.
func (p *Parser) wellFormed(i int, b []byte) []byte {
	if !p.suspect || utf8.Valid(b) {
		return b
	}
	if cap(p.fixed[i]) > maxKeep {
		p.fixed[i] = nil
	}
	p.fixed[i] = appendWellFormed(p.fixed[i][:0], b)
	return p.fixed[i]
}

// check looks at the bytes that have come in. Looking at a whole read at once
// costs less than looking at each value of it. A sequence that the read cuts
// is left for the next time.
func (p *Parser) check() {
	if p.suspect {
		return
	}
	end := p.w
	for n := 1; n < utf8.UTFMax && n <= p.w-p.checked; n++ {
		if c := p.buf[p.w-n]; utf8.RuneStart(c) {
			if !utf8.FullRune(p.buf[p.w-n : p.w]) {
				end -= n
			}
			break
		}
	}
	p.suspect = !utf8.Valid(p.buf[p.checked:end])
	p.checked = end
}

// appendWellFormed appends b to dst with ill-formed UTF-8 replaced (B3): one
// U+FFFD for each maximal subpart, as the decoder of the WHATWG Encoding
// standard does it. Go's own replacement differs: ranging over a string
// yields one for each byte, strings.ToValidUTF8 one for each run. Values are
// cut at ASCII bytes, which are never part of an ill-formed sequence, so it
// does not matter that whole bodies are not decoded at once.
func appendWellFormed(dst, b []byte) []byte {
	if utf8.Valid(b) {
		return append(dst, b...)
	}
	for len(b) > 0 {
		n, ok := sequence(b)
		if ok {
			dst = append(dst, b[:n]...)
		} else {
			dst = append(dst, "\uFFFD"...)
		}
		b = b[n:]
	}
	return dst
}

// sequence returns the length of the well-formed sequence that b starts with,
// or of the maximal subpart of an ill-formed one, which is at least 1
// (Unicode standard, section 3.9, table 3-7).
func sequence(b []byte) (n int, ok bool) {
	need, low, high := lead(b[0])
	for n = 1; n <= need; n++ {
		if n == len(b) || b[n] < low || b[n] > high {
			return n, false
		}
		low, high = 0x80, 0xBF
	}
	return n, need >= 0
}

// lead returns how many bytes follow the lead byte c, -1 if c is none, and
// the range of the first of them.
func lead(c byte) (need int, low, high byte) {
	switch {
	case c < 0x80:
		return 0, 0, 0
	case c < 0xC2:
		return -1, 0, 0
	case c < 0xE0:
		return 1, 0x80, 0xBF
	case c == 0xE0:
		return 2, 0xA0, 0xBF // not overlong
	case c == 0xED:
		return 2, 0x80, 0x9F // no surrogate
	case c < 0xF0:
		return 2, 0x80, 0xBF
	case c == 0xF0:
		return 3, 0x90, 0xBF // not overlong
	case c < 0xF4:
		return 3, 0x80, 0xBF
	case c == 0xF4:
		return 3, 0x80, 0x8F // not over U+10FFFF
	}
	return -1, 0, 0
}
