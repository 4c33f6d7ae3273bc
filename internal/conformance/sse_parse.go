package conformance

import (
	"slices"
	"strings"

	"github.com/amphiwire/amphiwire/sse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// parses returns rows that expect a body, sent whole and byte by byte, to be
// events with these data.
func parses(name, body string, want ...string) []Row {
	return slices.Concat(
		both(name, func(t *T, opts *sse.Options) { expect(t, t.played(opts, body), want) }),
		[]Row{{Name: name + ", byte by byte", Run: func(t *T) { expect(t, t.inBytes(body), want) }}},
	)
}

// inBytes opens a stream whose body arrives a byte at a time, so that every
// pair of bytes is split once.
func (t *T) inBytes(body string) *sse.Stream {
	t.Helper()
	query := []string{"then", "hang", "delay", "1"}
	for i := range len(body) {
		query = append(query, "c", body[i:i+1])
	}
	return t.open(nil, "raw", query...)
}

func expect(t *T, s *sse.Stream, want []string) {
	t.Helper()
	for _, data := range want {
		require.Equal(t, data, t.data(s))
	}
}

// lineRows show how bytes become lines: HTML standard, section 9.2.6.
func lineRows() []Row {
	return slices.Concat(
		parses("lines/end in LF", "data: a\n\ndata: b\n\n", "a", "b"),
		parses("lines/end in CR", "data: a\r\rdata: b\r\r", "a", "b"),
		parses("lines/end in CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", "a", "b"),
		parses("lines/end in each way", "data: a\rdata: b\ndata: c\r\n\r\ndata: d\n\r", "a\nb\nc", "d"),
		parses("lines/do not end in other separators", "data: a\u2028b\u2029c\u0085d\x0be\x0c\n\n", "a\u2028b\u2029c\u0085d\x0be\x0c"),
		parses("lines/a byte order mark at the start is no part of them", "\ufeffdata: a\n\n", "a"),
		parses("lines/a second byte order mark is part of them", "\ufeff\ufeffdata: a\n\ndata: b\n\n", "b"),
		parses("lines/bytes that are not UTF-8 become U+FFFD", "data: a\xffb\xe2\x82c\n\n", "a\ufffdb\ufffdc"),
		parses("lines/text in many scripts", "data: é€𝄞 日本語\n\n", "é€𝄞 日本語"),
		[]Row{
			{Name: "lines/an unfinished event at the end of the body is dropped", Run: func(t *T) {
				s := t.open(&sse.Options{OneShot: true}, "raw", "c", "data: a\n\ndata: b\n", "key", unique())
				events, _ := t.events(s)
				assert.Len(t, events, 1)
			}},
		},
	)
}

// fieldRows show how lines become fields, and fields an event.
func fieldRows() []Row {
	return slices.Concat(
		parses("fields/data in many lines is joined by LF", "data: a\ndata: b\ndata\ndata: c\n\n", "a\nb\n\nc"),
		parses("fields/one space after the colon is no part of the value", "data:a\n\ndata: b\n\ndata:  c\n\ndata:\td\n\n", "a", "b", " c", "\td"),
		parses("fields/a line without a colon is a field without a value", "data\n\ndata\ndata\n\ndata: x\n\n", "", "\n", "x"),
		parses("fields/a colon in the value is part of it", "data: a:b:c\n\n", "a:b:c"),
		parses("fields/comments are ignored", ": hello\ndata: a\n:\n:data: b\n\n", "a"),
		parses("fields/unknown ones are ignored", "foo: bar\nData: x\n data: y\ndata : z\ndata: a\n\n", "a"),
		parses("fields/an event without data is none", "event: message\nid: 1\n\n\n\ndata: a\n\n", "a"),
		parses("fields/a malformed retry is ignored", "retry: 5x\nretry: -1\nretry:\nretry: 1.5\ndata: a\n\n", "a"),
		parses("fields/empty data is an event", "data:\n\ndata: a\n\n", "", "a"),
		[]Row{
			{Name: "fields/an ID with a zero character is ignored", Run: func(t *T) {
				s := t.played(nil, "id: 1\ndata: a\n\nid: 2\x003\ndata: b\n\n")
				assert.Equal(t, "1", t.event(s).LastEventID)
				assert.Equal(t, "1", t.event(s).LastEventID)
			}},
			{Name: "fields/the last ID counts", Run: func(t *T) {
				assert.Equal(t, "2", t.event(t.played(nil, "id: 1\nid: 2\ndata: a\n\n")).LastEventID)
			}},
			{Name: "fields/an ID without data counts for the events that follow", Run: func(t *T) {
				assert.Equal(t, "1", t.event(t.played(nil, "id: 1\n\ndata: a\n\n")).LastEventID)
			}},
			{Name: "fields/what follows a comment's colon is shown to OnComment", Run: func(t *T) {
				comments := make(chan string, 10)
				s := t.open(&sse.Options{OnComment: func(text string) { comments <- text }}, "raw", "then", "hang",
					"c", ": hello\n:world\n:\ndata: a\n\n")
				t.event(s)
				assert.Equal(t, []string{" hello", "world", ""}, []string{await(t, comments), await(t, comments), await(t, comments)})
			}},
		},
	)
}

// chunkRows show that it does not matter how the body is cut.
func chunkRows() []Row {
	cut := func(name string, want string, chunks ...string) []Row {
		return both("chunks/"+name, func(t *T, opts *sse.Options) {
			assert.Equal(t, want, t.data(t.played(opts, chunks...)))
		})
	}
	// By fetch the parser is this module's; the platform's own is the row with
	// types named.
	order := cut("cut inside the byte order mark", "a", "\xef", "\xbb\xbf", "data: a\n\n")
	order[1].Except = map[string]string{"webkit": "its EventSource knows a byte order mark only if it comes in one piece"}
	return slices.Concat(
		cut("cut inside a field's name", "a", "da", "ta: a\n\n"),
		cut("cut inside a character", "a€b", "data: a\xe2", "\x82", "\xacb\n\n"),
		cut("cut between CR and LF", "a\nb", "data: a\r", "\ndata: b\r", "\n\r", "\n"),
		order,
		cut("cut before the empty line", "a", "data: a\n", "\n"),
		both("chunks/a line of 1 MiB in pieces", func(t *T, opts *sse.Options) {
			s := t.open(opts, "slowline", "size", itoa(1<<20), "step", "16384")
			assert.Equal(t, strings.Repeat(".", 1<<20), t.data(s))
		}),
		[]Row{
			{Name: "chunks/a CR ends the line at once", Run: func(t *T) {
				// Whether LF follows is not waited for: the next byte may be long in coming.
				assert.Equal(t, "a", t.data(t.played(nil, "data: a\r\r")))
			}},
		},
	)
}
