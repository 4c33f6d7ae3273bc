package lean

import "unicode/utf8"

// Quote puts s, which a peer may have chosen, into double quotes for an error's
// text, so that it can neither end the line nor change how the rest of it is
// shown. It is strconv.Quote without the tables of what is printable, which
// add 8 KB to a compressed js bundle: it escapes control characters, what
// controls the direction or the lines of text, and what is not UTF-8.
func Quote(s string) string {
	q := []byte{'"'}
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		shown := s[:n]
		switch {
		case r == '"' || r == '\\':
			shown = `\` + shown
		case r == '\n':
			shown = `\n`
		case r < ' ' || r == 0x7f || r == utf8.RuneError && n == 1:
			shown = `\x` + hex(rune(s[0]), 2)
		case misleading(r):
			shown = `\u` + hex(r, 4)
		}
		q = append(q, shown...)
		s = s[n:]
	}
	return string(append(q, '"'))
}

// hex is the last n hexadecimal digits of r.
func hex(r rune, n int) (digits string) {
	for ; n > 0; n-- {
		digits = "0123456789abcdef"[r&15:][:1] + digits
		r >>= 4
	}
	return digits
}

// misleading reports whether r is invisible and acts on what is around it: the
// C1 controls, marks of direction (Unicode Standard Annex 9), separators of
// lines and paragraphs, and the byte order mark.
func misleading(r rune) bool {
	switch {
	case r >= 0x80 && r < 0xa0, r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e,
		r >= 0x2060 && r <= 0x206f, r == 0x061c, r == 0xfeff:
		return true
	}
	return false
}
