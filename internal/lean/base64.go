package lean

// The alphabets of RFC 4648, sections 4 and 5, less their last two digits.
const digits62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// Base64 is s in the encoding of RFC 4648, section 4. Package encoding/base64
// would bring encoding/binary and reflect with it.
func Base64(s string) string {
	b := encode(s, digits62+"+/")
	for len(b)%4 != 0 {
		b = append(b, '=')
	}
	return string(b)
}

// Base64URL is s in the encoding of RFC 4648, section 5, without padding.
func Base64URL(s string) string { return string(encode(s, digits62+"-_")) }

func encode(s, digits string) (b []byte) {
	var bits, n uint
	for i := range len(s) {
		bits, n = bits<<8|uint(s[i]), n+8
		for ; n >= 6; n -= 6 {
			b = append(b, digits[bits>>(n-6)&63])
		}
	}
	if n > 0 {
		b = append(b, digits[bits<<(6-n)&63])
	}
	return b
}
