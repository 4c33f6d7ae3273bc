//go:build js

package browser

// A header's value is a string of bytes for HTTP and a "byte string" for
// JavaScript: a string whose characters are U+0000 to U+00FF, one for each
// byte (Web IDL, section 3.2.9, ByteString). Go's strings hold the bytes.

// toByteString returns the byte string of the bytes of s.
func toByteString(s string) string {
	if isASCII(s) {
		return s
	}
	b := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		if c := s[i]; c < 0x80 {
			b = append(b, c)
		} else {
			b = append(b, 0xc0|c>>6, 0x80|c&0x3f) // as UTF-8
		}
	}
	return string(b)
}

// fromByteString is the reverse.
func fromByteString(s string) string {
	if isASCII(s) {
		return s
	}
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
