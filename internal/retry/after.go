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
	if value != "" && lean.IndexFunc(value, notDigit) < 0 { // more than Number takes
		return MaxAfter
	}
	if date, ok := parseDate(value, now.UTC().Year()); ok {
		return min(max(date.Sub(now), 0), MaxAfter)
	}
	return 0
}

func notDigit(c byte) bool { return c < '0' || c > '9' }

// parseDate parses an HTTP-date (RFC 9110, section 5.6.7): "A recipient that
// parses a timestamp value in an HTTP field MUST accept all three HTTP-date
// formats." time.Parse would do, at 40 KB of a browser's bundle.
func parseDate(s string, thisYear int) (time.Time, bool) {
	_, date, _ := lean.Cut(s, ", ")
	switch {
	case like(date, "00 xxx 0000 00:00:00 GMT"): // Sun, 06 Nov 1994 08:49:37 GMT
		return makeDate(date[7:11], date[3:6], date[:2], date[12:20], 0)
	case like(date, "00-xxx-00 00:00:00 GMT"): // Sunday, 06-Nov-94 08:49:37 GMT
		return makeDate(date[7:9], date[3:6], date[:2], date[10:18], thisYear)
	case like(s, "xxx xxx x0 00:00:00 0000"): // Sun Nov  6 08:49:37 1994
		return makeDate(s[20:], s[4:7], lean.Trim(s[8:10]), s[11:19], 0)
	}
	return time.Time{}, false
}

// like reports whether s is of the given form: 0 stands for a digit, x for
// anything.
func like(s, form string) bool {
	if len(s) != len(form) {
		return false
	}
	for i := range len(s) {
		if f := form[i]; f == '0' && notDigit(s[i]) || f != '0' && f != 'x' && f != s[i] {
			return false
		}
	}
	return true
}

// makeDate makes a date of its parts. Where thisYear is not 0, the year has two
// digits: "a timestamp that appears to be more than 50 years in the future" is
// "the most recent year in the past that had the same last two digits".
func makeDate(year, month, day, clock string, thisYear int) (time.Time, bool) {
	index := lean.Index("JanFebMarAprMayJunJulAugSepOctNovDec", month)
	if index%3 != 0 {
		return time.Time{}, false
	}
	var v [5]int
	for i, digits := range [...]string{year, day, clock[:2], clock[3:5], clock[6:]} {
		n, ok := lean.Number(digits)
		if !ok {
			return time.Time{}, false
		}
		v[i] = int(n)
	}
	if first := thisYear - 49; thisYear != 0 {
		v[0] = first + (v[0]+100-first%100)%100
	}
	return time.Date(v[0], time.Month(index/3+1), v[1], v[2], v[3], v[4], 0, time.UTC), true
}
