package retry

import (
	"time"

	"github.com/amphiwire/amphiwire/internal/lean"
)

// MaxAfter is the longest that a server can ask for in full: the largest whole
// number of milliseconds in 31 bits, almost 25 days.
const MaxAfter = (1<<31 - 1) * time.Millisecond

// After is how long the answer with header, whose names are in canonical form,
// asks to wait (RFC 9110, section 10.2.3): "The Retry-After field value can be
// either an HTTP-date or a number of seconds to delay after receiving the
// response." 0 if it does not ask.
func After(header map[string][]string, now time.Time) time.Duration {
	value := ""
	if values := header["Retry-After"]; len(values) > 0 {
		value = lean.Trim(values[0])
	}
	if seconds, ok := lean.Number(value); ok {
		return min(time.Duration(seconds)*time.Second, MaxAfter)
	}
	if date, ok := parseDate(value); ok {
		return min(max(date.Sub(now), 0), MaxAfter)
	}
	return 0
}

// parseDate parses an IMF-fixdate (RFC 9110, section 5.6.7), the one form
// that servers may send today: Sun, 06 Nov 1994 08:49:37 GMT. time.Parse
// would do, at 40 KB of a browser's bundle.
func parseDate(s string) (time.Time, bool) {
	const form = "ddd, 00 mmm 0000 00:00:00 GMT"
	if len(s) != len(form) || s[3:5] != ", " || s[25:] != " GMT" || s[19] != ':' || s[22] != ':' {
		return time.Time{}, false
	}
	month := lean.Index("JanFebMarAprMayJunJulAugSepOctNovDec", s[8:11])
	if month%3 != 0 {
		return time.Time{}, false
	}
	n := [...]string{s[12:16], s[5:7], s[17:19], s[20:22], s[23:25]}
	var v [len(n)]int
	for i := range n {
		u, ok := lean.Number(n[i])
		if !ok {
			return time.Time{}, false
		}
		v[i] = int(u)
	}
	return time.Date(v[0], time.Month(month/3+1), v[1], v[2], v[3], v[4], 0, time.UTC), true
}
