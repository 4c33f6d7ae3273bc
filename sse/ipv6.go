package sse

import (
	"strconv"

	"github.com/amphiwire/amphiwire/internal/lean"
)

// isIPv6 reports whether s is an IPv6 address without a zone (RFC 4291,
// section 2.2): eight groups of one to four hexadecimal digits, of which one
// run of zeros may be written as two colons, and the last two of which may be
// an IPv4 address.
func isIPv6(s string) bool {
	head, tail, short := lean.Cut(s, "::")
	before, ok := countGroups(head, !short)
	if !short {
		return ok && before == 8
	}
	after, ok2 := countGroups(tail, true)
	return ok && ok2 && before+after < 8
}

// countGroups counts the groups of s, an IPv4 address at its end as two.
func countGroups(s string, mayEndWithIPv4 bool) (n int, ok bool) {
	if s == "" {
		return 0, true
	}
	for more := true; more; {
		var group string
		group, s, more = lean.Cut(s, ":")
		if mayEndWithIPv4 && !more && isIPv4(group) {
			return n + 2, true
		}
		if len(group) < 1 || len(group) > 4 || !isHex(group) {
			return 0, false
		}
		n++
	}
	return n, true
}

// isIPv4 reports whether s is four numbers without leading zeros.
func isIPv4(s string) bool {
	parts := 0
	for more := true; more; parts++ {
		var part string
		part, s, more = lean.Cut(s, ".")
		n, ok := lean.Number(part)
		if !ok || n > 255 || part != strconv.FormatInt(n, 10) {
			return false
		}
	}
	return parts == 4
}

// isHex reports whether s consists of hexadecimal digits.
func isHex(s string) bool {
	for i := range len(s) {
		if lean.Unhex(s[i]) < 0 {
			return false
		}
	}
	return true
}
