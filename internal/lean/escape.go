package lean

// Escaped reports whether each % in s begins a percent-encoded byte: RFC 3986,
// section 2.1.
func Escaped(s string) bool {
	for i := range len(s) {
		if s[i] == '%' && (i+2 >= len(s) || Unhex(s[i+1]) < 0 || Unhex(s[i+2]) < 0) {
			return false
		}
	}
	return true
}

// Unhex is the value of a hexadecimal digit, -1 if c is none.
func Unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
