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
		parses("lines/a byte order mark that does not start the body is part of its line", "data: a\n\n\ufeffdata: x\n\ndata: b\ufeff\n\n", "a", "b\ufeff"),
		parses("lines/a comment may follow the byte order mark", "\ufeff: x\ndata: a\n\n", "a"),
		parses("lines/the first may be empty", "\n\r\n\rdata: a\n\n", "a"),
		parses("lines/each sequence of bytes that is cut short becomes one U+FFFD", "data: \xf0\x9f\x98 \xe2\x82\xe2\x82\xac \xc0\x80 \xed\xa0\x80 \xf4\x90\n\n",
			"\ufffd \ufffd€ \ufffd\ufffd \ufffd\ufffd\ufffd \ufffd\ufffd"),
		parses("lines/a line end is one also after a character that is cut short", "data: a\xe2\n\ndata: b\xf0\x9f\r\r", "a\ufffd", "b\ufffd"),
		exceptEventSource("firefox", "its EventSource drops zero characters",
			parses("lines/a zero character is text", "data: a\x00b\n\ndata: \x00\n\n", "a\x00b", "\x00")),
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
		parses("fields/comments do not end or begin anything", ":\n\n: x\rdata: a\n:data: b\r\n:\x00\ndata: c\n\n:\n\n", "a\nc"),
		parses("fields/a zero character in a name makes it unknown", "\x00data: x\ndata\x00: x\ndata: a\n\n", "a"),
		parses("fields/a sign or letter too many in a name makes it unknown", "da-ta: x\ndata_: x\ndatas\ndat\n-data: x\ndata: a\n\n", "a"),
		parses("fields/a space alone is no value", "data: \n\ndata: a\n\n", "", "a"),
		parses("fields/other spaces are part of the value", "data:\u00a0a\n\ndata:\u3000b \n\n", "\u00a0a", "\u3000b "),
		parses("fields/an unknown one does not make an event", "foo\nbar: x\n\ndata: a\n\n", "a"),
		parses("fields/retry without a value is ignored", "retry\ndata: a\n\n", "a"),
		parses("fields/a malformed retry is ignored", "retry: 5x\nretry: -1\nretry:\nretry: 1.5\ndata: a\n\n", "a"),
		parses("fields/empty data is an event", "data:\n\ndata: a\n\n", "", "a"),
		[]Row{
			{Name: "fields/an ID with a zero character is ignored", Run: func(t *T) {
				s := t.played(nil, "id: 1\ndata: a\n\nid: 2\x003\ndata: b\n\n")
				assert.Equal(t, "1", t.event(s).LastEventID)
				assert.Equal(t, "1", t.event(s).LastEventID)
			}},
			{Name: "fields/an ID that is or begins with a zero character is ignored", Run: func(t *T) {
				s := t.played(nil, "id: 1\ndata: a\n\nid: \x00\ndata: b\n\nid: \x002\nid\x00: 3\ndata: c\n\n")
				for range 3 {
					assert.Equal(t, "1", t.event(s).LastEventID)
				}
			}},
			{Name: "fields/an ID is kept as it is", Run: func(t *T) {
				s := t.played(nil, "id:  a b \ndata: a\n\nid:…\xff\ndata: b\n\nid: : \ndata: c\n\n")
				assert.Equal(t, []string{" a b ", "…\ufffd", ": "}, []string{t.event(s).LastEventID, t.event(s).LastEventID, t.event(s).LastEventID})
			}},
			{Name: "fields/an ID is reset by one without a value", Run: func(t *T) {
				s := t.played(nil, "id: 1\ndata: a\n\nid\ndata: b\n\nid: 2\ndata: c\n\nid:\ndata: d\n\nid: \ndata: e\n\n")
				for _, want := range []string{"1", "", "2", "", ""} {
					assert.Equal(t, want, t.event(s).LastEventID)
				}
			}},
			{Name: "fields/a type is kept as it is", Run: func(t *T) {
				s := t.played(nil, "event:  a:b\x00…\xff \ndata: a\n\nevent: \ndata: b\n\n")
				assert.Equal(t, " a:b\x00…\ufffd ", t.event(s).Type)
				assert.Equal(t, "message", t.event(s).Type)
			}},
			{Name: "fields/a type without data is forgotten", Run: func(t *T) {
				assert.Equal(t, "message", t.event(t.played(nil, "event: a\n\ndata: a\n\n")).Type)
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
		cut("cut in every way at once", "a\nb", "\xef\xbb", "\xbfid: 1\r", "\ndata", ":", " ", "a\r", "\nda", "ta: b", "\r", "\r"),
		both("chunks/compressed ones are events as they come", func(t *T, opts *sse.Options) {
			s := t.open(opts, "raw", "gzip", "1", "delay", "30", "then", "hang", "c", "data: a\n\n", "c", "data: b", "c", "\n\n", "c", ": "+strings.Repeat("x", 5000)+"\ndata: c\n\n")
			expect(t, s, []string{"a", "b", "c"})
		}),
		both("chunks/compressed ones may end and be followed by others", func(t *T, opts *sse.Options) {
			s := t.open(opts, "raw", "gzip", "1", "key", unique(), "c", soon+"id: 1\ndata: a\n\n", "again", "data: b\n\n")
			expect(t, s, []string{"a", "b"})
			assert.Equal(t, "1", s.LastEventID())
		}),
		both("chunks/two thousand events in one", func(t *T, opts *sse.Options) {
			s := t.played(opts, strings.Repeat("data:a\n\n", 2000)+"data:b\n\n")
			for range 2000 {
				require.Equal(t, "a", t.data(s))
			}
			assert.Equal(t, "b", t.data(s))
		}),
		both("chunks/empty lines and comments by the thousand", func(t *T, opts *sse.Options) {
			assert.Equal(t, "a", t.data(t.played(opts, strings.Repeat("\n:x\r", 2000)+"data:a\n\n")))
		}),
		[]Row{
			{Name: "chunks/a CR ends the line at once", Run: func(t *T) {
				// Whether LF follows is not waited for: the next byte may be long in coming.
				assert.Equal(t, "a", t.data(t.played(nil, "data: a\r\r")))
			}},
		},
	)
}
