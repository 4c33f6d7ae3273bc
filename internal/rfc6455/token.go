package rfc6455

import "strings"

// isToken reports whether s is a token of RFC 9110, section 5.6.2: what names
// of header fields, subprotocols and extensions are made of.
func isToken[T string | []byte](s T) bool {
	for i := range len(s) {
		if !isTokenByte(s[i]) {
			return false
		}
	}
	return len(s) > 0
}

func isTokenByte(b byte) bool {
	return isAlphanumeric(b) || strings.IndexByte("!#$%&'*+-.^_`|~", b) >= 0
}

func isAlphanumeric(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
}

// isValue reports whether s may be the value of a header field: RFC 9110,
// section 5.5, allows no control character but the tab.
func isValue[T string | []byte](s T) bool {
	for i := range len(s) {
		if !isValueByte(s[i]) {
			return false
		}
	}
	return true
}

func isValueByte(b byte) bool { return b >= ' ' && b != 0x7f || b == '\t' }

// trim removes the whitespace that may surround a value.
func trim(s string) string { return strings.Trim(s, " \t") }

// equalFold compares without regard to the case of ASCII letters only, as
// RFC 6455 asks; strings.EqualFold would let U+212A pass for a k.
func equalFold(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(b byte) byte {
	if b >= 'A' && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

func upper(b byte) byte {
	if b >= 'a' && b <= 'z' {
		return b + 'A' - 'a'
	}
	return b
}

// canonical returns name as net/http writes it: the first letter and those
// after a hyphen in upper case, the others in lower case.
func canonical(name string) string {
	p := []byte(name)
	first := true
	for i, b := range p {
		if first {
			p[i] = upper(b)
		} else {
			p[i] = lower(b)
		}
		first = b == '-'
	}
	return string(p)
}

// elements splits the values of a field that holds a comma-separated list.
// RFC 9110, section 5.6.1, makes a recipient ignore empty elements.
func elements(values []string) []string {
	var list []string
	for _, v := range values {
		for e := range strings.SplitSeq(v, ",") {
			if e = trim(e); e != "" {
				list = append(list, e)
			}
		}
	}
	return list
}

// containsFold reports whether list contains s, in any case.
func containsFold(list []string, s string) bool {
	for _, e := range list {
		if equalFold(e, s) {
			return true
		}
	}
	return false
}

// isTokenList reports whether list is of tokens, all different. None at all is
// what some clients write who have none to ask for.
//
// RFC 6455, section 4.1, of subprotocols: "The elements that comprise this
// value MUST be non-empty strings with characters in the range U+0021 to
// U+007E not including separator characters as defined in [RFC2616] and MUST
// all be unique strings."
func isTokenList(list []string) bool {
	seen := make(map[string]bool, len(list))
	for _, e := range list {
		if !isToken(e) || seen[e] {
			return false
		}
		seen[e] = true
	}
	return true
}
