package lean

import "unicode/utf8"

// Package strings, of which this file has what URLs and header fields need,
// brings the tables of package unicode with it: 4 KB of a compressed bundle
// for a single HasPrefix.

// IndexByte is the index of the first c in s, -1 if there is none.
func IndexByte(s string, c byte) int {
	i := 0
	for i < len(s) && s[i] != c {
		i++
	}
	if i == len(s) {
		return -1
	}
	return i
}

// IndexFunc is the index of the first byte of s that f is true of, -1 if there
// is none.
func IndexFunc(s string, f func(c byte) bool) int {
	for i := 0; i < len(s); i++ {
		if f(s[i]) {
			return i
		}
	}
	return -1
}

// IndexAny is the index of the first byte of s that is one of chars, -1 if
// there is none.
func IndexAny(s, chars string) int {
	for i := 0; i < len(s); i++ {
		if IndexByte(chars, s[i]) >= 0 {
			return i
		}
	}
	return -1
}

// LastIndexByte is the index of the last c in s, -1 if there is none.
func LastIndexByte(s string, c byte) int {
	i := len(s) - 1
	for i >= 0 && s[i] != c {
		i--
	}
	return i
}

// Index is the index of the first sub in s, -1 if there is none. It is for
// short strings: it compares at every place.
func Index(s, sub string) int {
	for i := 0; i+len(sub) <= len(s); i++ {
		if s[i:i+len(sub)] == sub {
			return i
		}
	}
	return -1
}

// Cut returns what is in s before and after the first sep; before is all of s
// if there is none. In each of its callers it would be longer than a call.
//
//go:noinline
func Cut(s, sep string) (before, after string, found bool) {
	if i := Index(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// Join is the parts with sep between them.
func Join(parts []string, sep string) (s string) {
	for i, part := range parts {
		if i > 0 {
			s += sep
		}
		s += part
	}
	return s
}

// HasPrefix reports whether s begins with prefix.
func HasPrefix(s, prefix string) bool {
	return len(s) >= len(prefix) && s[:len(prefix)] == prefix
}

// Trim is s without spaces and tabs at both ends: what RFC 9110, section
// 5.6.3, calls optional whitespace.
func Trim(s string) string {
	for s != "" && (s[0] == ' ' || s[0] == '\t') {
		s = s[1:]
	}
	for s != "" && (s[len(s)-1] == ' ' || s[len(s)-1] == '\t') {
		s = s[:len(s)-1]
	}
	return s
}

// ToValidUTF8 is s with each byte that is not UTF-8 replaced by U+FFFD.
func ToValidUTF8(s string) string {
	if utf8.Valid([]byte(s)) {
		return s
	}
	var b []byte
	for s != "" {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError {
			b = append(b, "\uFFFD"...)
		} else {
			b = append(b, s[:n]...)
		}
		s = s[n:]
	}
	return string(b)
}

// Lower is s with the letters A to Z made small.
func Lower(s string) string { return flip(s, 'A') }

// Upper is s with the letters a to z made capitals.
func Upper(s string) string { return flip(s, 'a') }

// flip changes the case of the letters of an alphabet that begins with first.
func flip(s string, first byte) string {
	b := []byte(s)
	for i, c := range b {
		if first <= c && c < first+26 {
			b[i] = c ^ 0x20
		}
	}
	return string(b)
}

// Number parses a whole number of 31 bits, of nothing but decimal digits. The
// error of strconv.ParseUint quotes what it was given, with tables of 8 KB.
func Number(s string) (n int64, ok bool) {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		if n = 10*n + int64(s[i]-'0'); n >= 1<<31 {
			return 0, false
		}
	}
	return n, s != ""
}
