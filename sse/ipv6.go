package sse

import (
	"strconv"
	"strings"
)

// isIPv6 reports whether s is an IPv6 address without a zone (RFC 4291,
// section 2.2): eight groups of one to four hexadecimal digits, of which one
// run of zeros may be written as two colons, and the last two of which may be
// an IPv4 address.
func isIPv6(s string) bool {
	head, tail, short := strings.Cut(s, "::")
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
	groups := strings.Split(s, ":")
	for i, group := range groups {
		if mayEndWithIPv4 && i == len(groups)-1 && isIPv4(group) {
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
	parts := strings.Split(s, ".")
	for _, part := range parts {
		n, err := strconv.ParseUint(part, 10, 8)
		if err != nil || strconv.FormatUint(n, 10) != part {
			return false
		}
	}
	return len(parts) == 4
}

// isHex reports whether s consists of hexadecimal digits.
func isHex(s string) bool {
	for i := range len(s) {
		if unhex(s[i]) < 0 {
			return false
		}
	}
	return true
}
