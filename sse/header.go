package sse

import "github.com/amphiwire/amphiwire/internal/lean"

// A headerError says which field of a header HTTP cannot carry.
type headerError struct{ name, msg string }

func (e *headerError) Error() string { return e.msg + " in header field " + e.name }

// canonicalHeader returns a copy of h with names in canonical form.
func canonicalHeader(h map[string][]string) (map[string][]string, error) {
	out := make(map[string][]string, len(h)+4)
	for name, values := range h {
		if !isToken(name) {
			return nil, &headerError{name, "invalid name"}
		}
		for _, value := range values {
			if !sendable(value) {
				return nil, &headerError{name, "invalid value"}
			}
		}
		name = canonical(name)
		out[name] = append(out[name], values...)
	}
	return out, nil
}

// isToken reports whether s is a token of RFC 9110, section 5.6.2.
func isToken(s string) bool {
	for i := range len(s) {
		if !isAlphanumeric(s[i]) && lean.IndexByte("!#$%&'*+-.^_`|~", s[i]) < 0 {
			return false
		}
	}
	return s != ""
}

// sendable reports whether a header field can have the value s. RFC 9110,
// section 5.5: "Field values containing CR, LF, or NUL characters are invalid
// and dangerous"; other control characters are invalid too. UTF-8 is opaque
// bytes to HTTP and passes.
func sendable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' && s[i] != '\t' || s[i] == 0x7F {
			return false
		}
	}
	return true
}

// canonical is name in the form that net/http gives to it: capitals at the
// start and after hyphens.
func canonical(name string) string {
	b := []byte(lean.Lower(name))
	for i := range b {
		if (i == 0 || b[i-1] == '-') && b[i] >= 'a' && b[i] <= 'z' {
			b[i] -= 'a' - 'A'
		}
	}
	return string(b)
}

// first is the first value of the field with the canonical name name.
func first(h map[string][]string, name string) string {
	if values := h[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}
