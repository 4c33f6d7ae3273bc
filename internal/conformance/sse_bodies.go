package conformance

import (
	"encoding/json"
	"io"
	"slices"
	"time"

	"github.com/amphiwire/amphiwire/sse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// soon starts a body: the stream is to come back at once rather than after the
// seconds of the default.
const soon = "retry: 20\n\n"

// latin1 is a fact about Node.
const latin1 = "its EventSource does not come back with an ID that is not Latin-1"

// twice opens a stream whose first body is first and whose second is second.
func (t *T) twice(opts *sse.Options, first, second string) *sse.Stream {
	t.Helper()
	return t.open(opts, "raw", "key", unique(), "c", first, "again", second)
}

// bodyRows show what a body that has ended leaves to the next one: HTML
// standard, section 9.2.6. The last event ID is the stream's, and goes on; all
// that is unfinished is the body's, and does not.
func bodyRows() []Row {
	event := func(data, id string) sse.Event { return sse.Event{Type: "message", Data: data, LastEventID: id} }
	then := func(name, first, second string, want ...sse.Event) []Row {
		return both("bodies/"+name, func(t *T, opts *sse.Options) {
			s := t.twice(opts, soon+first, second)
			for _, e := range want {
				require.Equal(t, e, t.event(s))
			}
		})
	}
	return slices.Concat(
		then("an ID goes on", "id: 1\ndata: a\n\n", "data: b\n\n", event("a", "1"), event("b", "1")),
		exceptEventSource("node", latin1, then("an ID beyond ASCII goes on", "id: …\ndata: a\n\n", "data: b\n\n", event("a", "…"), event("b", "…"))),
		then("an ID that was reset stays so", "id: 1\ndata: a\n\nid\ndata: b\n\n", "data: c\n\n", event("a", "1"), event("b", ""), event("c", "")),
		then("the ID of an unfinished event does not go on", "id: 1\ndata: a\n\nid: 2\ndata: x\n", "data: b\n\n", event("a", "1"), event("b", "1")),
		then("nor does its type", "data: a\n\nevent: message2\n", "data: b\n\n", event("a", ""), event("b", "")),
		then("nor does its data", "data: a\n\ndata: x\n", "data: b\n\n", event("a", ""), event("b", "")),
		then("nor does an unfinished line", "data: a\n\ndata: x", "\ndata: b\n\n", event("a", ""), event("b", "")),
		then("nor does half a character", "data: a\n\ndata: \xe2\x82", "\xac\n\ndata: b\n\n", event("a", ""), event("b", "")),
		then("nor does half a byte order mark", "data: a\n\n\xef", "\xbb\xbf\n\ndata: b\n\n", event("a", ""), event("b", "")),
		then("a CR that ended one and a LF that begins the next are two line ends", "data: a\r\r", "\n\ndata: b\n\n", event("a", ""), event("b", "")),
		both("bodies/each has a byte order mark of its own", func(t *T, opts *sse.Options) {
			s := t.twice(opts, "\ufeff"+soon+"data: a\n\n", "\ufeffdata: b\n\n")
			assert.Equal(t, []string{"a", "b"}, []string{t.data(s), t.data(s)})
		}),
		then("a byte order mark within the next is part of its line", "data: a\n\n", "data: b\n\n\ufeffdata: x\n\ndata: c\n\n", event("a", ""), event("b", ""), event("c", "")),
		then("one that is empty is followed by the next", "", "data: a\n\n", event("a", "")),
		[]Row{
			{Name: "bodies/without a single byte", Run: func(t *T) {
				s := t.open(&sse.Options{Reconnect: sse.Reconnect{Delay: time.Millisecond, MinDelay: -1}}, "raw", "key", unique(), "again", "data: a\n\n")
				assert.Equal(t, "a", t.data(s))
			}},
			{Name: "bodies/the answer may say that it has no body", Run: func(t *T) {
				events, err := t.events(t.open(&sse.Options{OneShot: true}, "status", "code", "200", "times", "9", "key", unique(), "header", "Content-Type:text/event-stream"))
				assert.Empty(t, events)
				assert.ErrorIs(t, err, io.EOF)
			}},
		},
		both("bodies/a connection that is cut off without an answer may come between", func(t *T, opts *sse.Options) {
			// Some browsers' EventSource gives up then; the stream does not.
			s := t.open(opts, "raw", "key", unique(), "status", "0", "c", soon+"id: 1\ndata: a\n\n", "again", "data: b\n\n")
			assert.Equal(t, event("a", "1"), t.event(s))
			assert.Equal(t, event("b", "1"), t.event(s))
		}),
		unfinishedRows(),
	)
}

// unfinishedRows show that what the end of a body leaves unfinished is dropped,
// and no more than that: "Once the end of the file is reached, any pending data
// must be discarded."
func unfinishedRows() []Row {
	var rows []Row
	for _, c := range []struct{ what, end string }{
		{"a line", "data: x"}, {"an event", "data: x\n"}, {"an event of two lines", "data: x\ndata: y\n"},
		{"an event that ends in CR", "data: x\r"}, {"an event that ends in CRLF", "data: x\r\n"}, {"an ID", "id: x\n"}, {"a comment", ": x"},
	} {
		rows = append(rows, Row{Name: "bodies/dropped at the end: " + c.what, Run: func(t *T) {
			s := t.open(&sse.Options{OneShot: true}, "raw", "key", unique(), "c", "id: 1\ndata: a\n\n"+c.end)
			events, err := t.events(s)
			assert.Equal(t, []sse.Event{{Type: "message", Data: "a", LastEventID: "1"}}, events)
			assert.ErrorIs(t, err, io.EOF)
			assert.Equal(t, "1", s.LastEventID())
		}})
	}
	return rows
}

// lastIDRows show what the next request says of the last event: HTML standard,
// section 9.2.3.
func lastIDRows() []Row {
	sends := func(name, body string, want ...string) []Row {
		return both("last id/"+name, func(t *T, opts *sse.Options) {
			s := t.open(opts, "raw", "key", unique(), "then", "request", "c", soon+body)
			assert.Equal(t, want, t.nextRequest(s).Header["Last-Event-Id"])
		})
	}
	return slices.Concat(
		sends("is sent", "id: 1\ndata: a\n\n", "1"),
		sends("is that of the last event", "id: 1\ndata: a\n\nid: 2\ndata: b\n\n", "2"),
		sends("is sent although the last event had none of its own", "id: 1\ndata: a\n\ndata: b\n\n", "1"),
		sends("is not sent if there is none", "data: a\n\n"),
		sends("is not sent after it was reset", "id: 1\ndata: a\n\nid:\ndata: b\n\n"),
		sends("is not that of an unfinished event", "id: 1\ndata: a\n\nid: 2\ndata: b\n", "1"),
		exceptFetch("webkit", asCharacters, exceptEventSource("node", latin1, sends("may be any text, as UTF-8", "id: …é€𝄞\ndata: a\n\n", "…é€𝄞"))),
		sends("may have spaces and signs in it", "id: a b<c>;\"d\"\ndata: a\n\n", "a b<c>;\"d\""),
		sends("is not one with a zero character", "id: 1\ndata: a\n\nid: 2\x00\ndata: b\n\n", "1"),
		[]Row{
			{Name: "last id/of a block without data is sent", Run: func(t *T) {
				s := t.open(nil, "raw", "key", unique(), "then", "request", "c", soon+"id: 1\n\n")
				assert.Equal(t, []string{"1"}, t.nextRequest(s).Header["Last-Event-Id"])
			}},
			{Name: "last id/that HTTP cannot carry is kept and not sent", Run: func(t *T) {
				s := t.open(nil, "raw", "key", unique(), "then", "request", "c", soon+"id: a\x01b\ndata: a\n\n")
				assert.Equal(t, "a\x01b", t.event(s).LastEventID)
				next := t.event(s)
				assert.Equal(t, "a\x01b", next.LastEventID)
				assert.NotContains(t, next.Data, "Last-Event-Id")
			}},
			{Name: "last id/an earlier stream's holds until the server sets one", Run: func(t *T) {
				for _, source := range []sse.Source{sse.SourceAuto, t.eventSource()} {
					opts := &sse.Options{Types: []string{"message"}, LastEventID: "7", Source: source}
					s := t.played(opts, "data: a\n\nid: 8\ndata: b\n\nid\ndata: c\n\n")
					for _, want := range []string{"7", "8", ""} {
						assert.Equal(t, want, t.event(s).LastEventID)
						assert.Equal(t, want, s.LastEventID())
					}
				}
			}},
			{Name: "last id/is sent after an answer that asked for patience", Run: func(t *T) {
				assert.Equal(t, []string{"7"}, t.afterA503(&sse.Options{Reconnect: sse.Reconnect{RetryStatus: []int{503}}}).Header["Last-Event-Id"])
			}},
			{Name: "last id/is sent in a header by what goes on for an EventSource that gave up", Run: func(t *T) {
				// A page learns of no status from an EventSource, so that any is worth a look.
				opts := &sse.Options{Types: []string{"message"}}
				if !onPage() {
					opts.Reconnect.RetryStatus = []int{503}
				}
				assert.Equal(t, []string{"7"}, t.afterA503(opts).Header["Last-Event-Id"])
			}},
			{Name: "last id/is sent in the query where EventSource is all there may be", Run: func(t *T) {
				opts := &sse.Options{Types: []string{"message"}, LastEventIDQuery: "since", Source: t.eventSource(), Reconnect: sse.Reconnect{RetryStatus: []int{503}}}
				seen := t.afterA503(opts)
				if onPage() {
					assert.Contains(t, seen.Target, "&since=7")
				} else {
					assert.Equal(t, []string{"7"}, seen.Header["Last-Event-Id"])
				}
			}},
		},
	)
}

// nextRequest receives until an event tells of the request that brought it.
func (t *T) nextRequest(s *sse.Stream) (seen sight) {
	t.Helper()
	for seen.Method == "" {
		if data := t.data(s); data[0] == '{' {
			require.NoError(t, json.Unmarshal([]byte(data), &seen))
		}
	}
	return seen
}

// afterA503 is the request that follows an event with ID 7, the end of its
// body, and an answer of 503.
func (t *T) afterA503(opts *sse.Options) sight {
	t.Helper()
	return t.nextRequest(t.open(opts, "raw", "key", unique(), "then", "request", "status", "503", "c", soon+"id: 7\ndata: a\n\n"))
}

// retryRows show which values of retry count: "If the field value consists of
// only ASCII digits". That of a body's end is seen in the delay that OnState
// tells, of which the server's time is the least and up to an eighth chance.
func retryRows() []Row {
	var rows []Row
	for _, c := range []struct {
		what, body string
		want, own  time.Duration // own: the program's
	}{
		{"the program's own delay", "retry: 3000\n", 3 * time.Second, 3 * time.Second},
		{"digits", "retry: 70\n", 70 * time.Millisecond, time.Hour},
		{"zeros in front", "retry: 0070\n", 70 * time.Millisecond, time.Hour},
		{"zero, or nearly", "retry: 0\n", time.Millisecond, time.Hour}, // so that no server makes a loop of it
		{"the last one", "retry: 90\nretry: 70\n", 70 * time.Millisecond, time.Hour},
		{"in an unfinished event", "data: x\nretry: 70\n", 70 * time.Millisecond, time.Hour},
		{"without a line end", "retry: 70\nretry: 90", 70 * time.Millisecond, time.Hour},
		{"empty", "retry: 70\nretry:\n", 70 * time.Millisecond, time.Hour},
		{"no colon", "retry: 70\nretry\n", 70 * time.Millisecond, time.Hour},
		{"a letter after it", "retry: 70\nretry: 90x\n", 70 * time.Millisecond, time.Hour},
		{"a sign", "retry: 70\nretry: -1\nretry: +1\n", 70 * time.Millisecond, time.Hour},
		{"a fraction", "retry: 70\nretry: 90.5\n", 70 * time.Millisecond, time.Hour},
		{"an exponent", "retry: 70\nretry: 1e2\n", 70 * time.Millisecond, time.Hour},
		{"hexadecimal", "retry: 70\nretry: 0x5\n", 70 * time.Millisecond, time.Hour},
		{"a space too many", "retry: 70\nretry:  90\n", 70 * time.Millisecond, time.Hour},
		{"a space after it", "retry: 70\nretry: 90 \n", 70 * time.Millisecond, time.Hour},
		{"digits of another script", "retry: 70\nretry: ５\n", 70 * time.Millisecond, time.Hour},
		{"in capitals", "retry: 70\nRetry: 90\n", 70 * time.Millisecond, time.Hour},
		{"beyond all numbers", "retry: 99999999999999999999999\n", (1<<31 - 1) * time.Millisecond, time.Hour},
	} {
		rows = append(rows, Row{Name: "retry/" + c.what, Run: func(t *T) {
			told := make(chan sse.StateChange, 10)
			opts := &sse.Options{OnState: func(c sse.StateChange) { told <- c }, Reconnect: sse.Reconnect{Delay: c.own, MinDelay: -1}}
			t.open(opts, "raw", "key", unique(), "c", c.body)
			for {
				if change := await(t, told); change.State == sse.Connecting {
					assert.GreaterOrEqual(t, change.Delay, c.want)
					assert.LessOrEqual(t, change.Delay, c.want+c.want/8)
					return
				}
			}
		}})
	}
	return rows
}
