//go:build !js

package sse

import (
	"fmt"
	"net/url"
	"strings"
)

// escapeQuery does what a browser does with a query that is not fit for HTTP
// (URL Standard, section 4.4, "query state": percent-encode with the
// special-query percent-encode set). net/http escapes the path alone, and some
// servers refuse what is left.
func escapeQuery(u *url.URL) {
	if strings.IndexFunc(u.RawQuery, unfit) < 0 {
		return
	}
	var b strings.Builder
	for _, c := range []byte(u.RawQuery) {
		if unfit(rune(c)) {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	u.RawQuery = b.String()
}

// unfit reports whether c is in that set: controls, what is beyond ASCII, and
// five signs.
func unfit(c rune) bool { return c <= ' ' || c > '~' || strings.ContainsRune("\"#'<>", c) }
