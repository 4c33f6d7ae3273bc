package testserver

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits on what a query may ask for. They are far above what a test needs
// and low enough that a page which finds the server can do it no harm.
const (
	maxCount   = 1_000_000        // messages, events, frames, requests
	maxSize    = 16 << 20         // bytes of one message or line
	maxTotal   = 4 << 30          // bytes that one burst sends in all
	maxDelay   = 60 * time.Second // one pause
	maxBody    = 1 << 20          // bytes of a request's body
	maxStreams = 4096             // keys and ids that are remembered
)

// A query reads the parameters of one request. The first one that cannot be
// honoured is kept in err and answered with 400: a value that was quietly
// replaced by another would make a test pass for the wrong reason.
type query struct {
	values url.Values
	raw    string
	asked  []string // every name that was looked up, for the test of the table
	err    error
}

// A queryError says which parameter was refused and what it may hold.
type queryError struct{ Name, Value, Want string }

// Error quotes the start of the value alone: a query may have a megabyte.
func (e *queryError) Error() string {
	return fmt.Sprintf("query parameter %s=%.64q: want %s", e.Name, e.Value, e.Want)
}

// parseQuery splits a request's raw query. A malformed escape is an error of
// the whole query. A semicolon is one, where net/url takes offence: media
// types have them.
func parseQuery(raw string) *query {
	values, err := url.ParseQuery(strings.ReplaceAll(raw, ";", "%3B"))
	q := &query{values: values, raw: raw}
	if err != nil {
		q.err = fmt.Errorf("query: %w", err)
	}
	return q
}

// refuse keeps the first error.
func (q *query) refuse(name, value, want string) {
	if q.err == nil {
		q.err = &queryError{Name: name, Value: value, Want: want}
	}
}

// has reports whether the parameter is there, even if it is empty.
func (q *query) has(name string) bool {
	q.note(name)
	return q.values.Has(name)
}

// note remembers that a name was looked up.
func (q *query) note(name string) {
	if !slices.Contains(q.asked, name) {
		q.asked = append(q.asked, name)
	}
}

// text returns the parameter, or def where it is missing.
func (q *query) text(name, def string) string {
	if !q.has(name) {
		return def
	}
	return q.values.Get(name)
}

// all returns every value of a parameter that may be repeated.
func (q *query) all(name string) []string {
	q.note(name)
	return q.values[name]
}

// list splits a parameter at its commas and drops what is empty.
func (q *query) list(name string) []string {
	return strings.FieldsFunc(q.text(name, ""), func(r rune) bool { return r == ',' || r == ' ' })
}

// int returns a whole number from lo to hi; a missing or empty parameter is
// def.
func (q *query) int(name string, def, lo, hi int) int {
	value := q.text(name, "")
	if value == "" {
		return def
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < lo || n > hi {
		q.refuse(name, value, fmt.Sprintf("a whole number from %d to %d", lo, hi))
		return def
	}
	return n
}

// millis returns a duration that was given in whole milliseconds.
func (q *query) millis(name string, def time.Duration) time.Duration {
	ms := q.int(name, int(def/time.Millisecond), 0, int(maxDelay/time.Millisecond))
	return time.Duration(ms) * time.Millisecond
}

// flag returns whether the parameter is 1 rather than 0.
func (q *query) flag(name string, def bool) bool {
	switch value := q.text(name, ""); value {
	case "":
		return def
	case "0", "1":
		return value == "1"
	default:
		q.refuse(name, value, "0 or 1")
		return def
	}
}

// choice returns one of the options; the first is the default.
func (q *query) choice(name string, options ...string) string {
	value := q.text(name, "")
	if value == "" {
		return options[0]
	}
	if !slices.Contains(options, value) {
		q.refuse(name, value, "one of "+strings.Join(options, ", "))
		return options[0]
	}
	return value
}

// hex returns the byte strings of a parameter in which '-' separates them.
func (q *query) hex(name string) [][]byte {
	value := q.text(name, "")
	var parts [][]byte
	for part := range strings.SplitSeq(value, "-") {
		p, err := hex.DecodeString(part)
		if err != nil {
			q.refuse(name, value, "hexadecimal bytes, '-' between separate writes")
			return nil
		}
		if len(p) > 0 {
			parts = append(parts, p)
		}
	}
	return parts
}

// header returns the fields of the repeatable parameter header=Name:value.
// Line ends are refused: a link must not be able to write a whole response.
func (q *query) header() http.Header {
	h := http.Header{}
	for _, field := range q.all("header") {
		name, value, ok := strings.Cut(field, ":")
		if !ok || !isToken(name) || strings.ContainsAny(value, "\r\n\x00") {
			q.refuse("header", field, "Name:value without line ends")
			continue
		}
		h.Add(name, strings.TrimSpace(value))
	}
	return h
}

// field returns a parameter that becomes the value of one header field.
func (q *query) field(name, def string) string {
	value := q.text(name, def)
	if strings.ContainsAny(value, "\r\n\x00") {
		q.refuse(name, value, "a field value without line ends")
		return def
	}
	return value
}

// isToken reports whether s is a token of RFC 9110, section 5.6.2.
func isToken(s string) bool {
	for _, c := range []byte(s) {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return s != ""
}
