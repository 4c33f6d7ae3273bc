package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/amphiwire/amphiwire/sse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// typeRows show events' types, and Options.Types.
func typeRows() []Row {
	types := func(name string, opts *sse.Options, want ...sse.Event) Row {
		return Row{Name: "types/" + name, Run: func(t *T) {
			s := t.open(opts, "types", "n", "6")
			for _, e := range want {
				assert.Equal(t, e, t.event(s))
			}
		}}
	}
	a, b, m := sse.Event{Type: "a", Data: "0"}, sse.Event{Type: "b", Data: "1"}, sse.Event{Type: "message", Data: "2"}
	a2, b2, m2 := sse.Event{Type: "a", Data: "3"}, sse.Event{Type: "b", Data: "4"}, sse.Event{Type: "message", Data: "5"}
	return []Row{
		types("all by default", nil, a, b, m, a2, b2, m2),
		types("only those named", &sse.Options{Types: []string{"b"}}, b, b2),
		types("several named", &sse.Options{Types: []string{"message", "a"}}, a, m, a2, m2),
		types("by EventSource or fetch alike", &sse.Options{Types: []string{"a", "b", "message"}, Source: sse.SourceFetch}, a, b, m, a2, b2, m2),
		{Name: "types/an event of another type counts for LastEventID", Run: func(t *T) {
			s := t.played(&sse.Options{Types: []string{"a"}}, "id: 1\nevent: b\ndata: x\n\n", "event: a\ndata: y\n\n")
			assert.Equal(t, sse.Event{Type: "a", Data: "y", LastEventID: "1"}, t.event(s))
		}},
		{Name: "types/open and error are names like any other", Run: func(t *T) {
			for _, name := range []string{"open", "error"} {
				for _, source := range []sse.Source{sse.SourceAuto, sse.SourceFetch} {
					s := t.played(&sse.Options{Types: []string{name}, Source: source}, "event: "+name+"\ndata: a\n\n")
					assert.Equal(t, sse.Event{Type: name, Data: "a"}, t.event(s))
				}
			}
		}},
		{Name: "types/open and error are not received unless they are named", Run: func(t *T) {
			s := t.played(&sse.Options{Types: []string{"message"}}, "id: 1\nevent: open\ndata: x\n\nid: 2\nevent: error\ndata: y\n\ndata: a\n\n")
			assert.Equal(t, sse.Event{Type: "message", Data: "a", LastEventID: "2"}, t.event(s))
		}},
		{Name: "types/are case-sensitive", Run: func(t *T) {
			s := t.played(&sse.Options{Types: []string{"Tick"}}, "event: tick\ndata: a\n\nevent: Tick\ndata: b\n\n")
			assert.Equal(t, "b", t.data(s))
		}},
		{Name: "types/an empty one is message", Run: func(t *T) {
			assert.Equal(t, "message", t.event(t.played(nil, "event:\ndata: a\n\n")).Type)
		}},
		{Name: "types/the last one counts, and only for its event", Run: func(t *T) {
			s := t.played(nil, "event: a\nevent: b\ndata: x\n\ndata: y\n\n")
			assert.Equal(t, "b", t.event(s).Type)
			assert.Equal(t, "message", t.event(s).Type)
		}},
	}
}

// A sight is a request as the server saw it.
type sight struct {
	Method, Target, Body string
	Header               map[string][]string
	N                    int
}

// sight asks /sse/request what it sees.
func (t *T) sight(opts *sse.Options, query ...string) sight {
	t.Helper()
	return t.sightOf(opts, "request", query...)
}

// sightOf opens a stream whose first event tells of the request that brought
// it.
func (t *T) sightOf(opts *sse.Options, path string, query ...string) sight {
	t.Helper()
	var seen sight
	require.NoError(t, json.Unmarshal([]byte(t.data(t.open(opts, path, query...))), &seen))
	return seen
}

// requestRows show what the server is asked.
func requestRows() []Row {
	return slices.Concat(
		both("request/is a GET that accepts an event stream and no cache", func(t *T, opts *sse.Options) {
			seen := t.sight(opts)
			assert.Equal(t, "GET", seen.Method)
			assert.Equal(t, []string{"text/event-stream"}, seen.Header["Accept"])
			assert.Equal(t, []string{"no-cache"}, seen.Header["Cache-Control"])
			assert.NotContains(t, seen.Header, "Last-Event-Id")
			assert.Empty(t, seen.Body)
		}),
		[]Row{
			{Name: "request/with header fields", Run: func(t *T) {
				seen := t.sight(&sse.Options{Header: map[string][]string{"Authorization": {"Bearer x"}, "X-Two": {"a", "b"}}})
				assert.Equal(t, []string{"Bearer x"}, seen.Header["Authorization"])
				assert.Equal(t, "a, b", strings.Join(seen.Header["X-Two"], ", "))
			}},
			{Name: "request/without a field that has no value", Run: func(t *T) {
				seen := t.sight(&sse.Options{Header: map[string][]string{"X-None": {}, "Cookie": nil, "X-One": {"a"}}})
				assert.NotContains(t, seen.Header, "X-None")
				assert.Equal(t, []string{"a"}, seen.Header["X-One"])
			}},
			{Name: "request/with a method and a body", Run: func(t *T) {
				seen := t.sight(&sse.Options{Method: "PUT", Body: body("question")})
				assert.Equal(t, "PUT", seen.Method)
				assert.Equal(t, "question", seen.Body)
			}},
			{Name: "request/with a body is a POST", Run: func(t *T) {
				seen := t.sight(&sse.Options{Body: body("question")})
				assert.Equal(t, "POST", seen.Method)
				assert.Equal(t, "question", seen.Body)
			}},
			{Name: "request/with a Body that makes none", Run: func(t *T) {
				for _, method := range []string{"", "PUT"} {
					seen := t.sightOf(&sse.Options{OneShot: true, Method: method, Body: func() (io.Reader, error) { return nil, nil }},
						"redirect", "status", "307", "to", shown)
					assert.Empty(t, seen.Body)
				}
			}},
			{Name: "request/each attempt has a body of its own", Run: func(t *T) {
				n := 0
				opts := &sse.Options{Body: func() (io.Reader, error) { n++; return strings.NewReader(itoa(n)), nil },
					Reconnect: sse.Reconnect{Delay: 10 * time.Millisecond, MinDelay: -1, RetryStatus: []int{503}}}
				s := t.open(opts, "status", "code", "503", "times", "2", "key", unique())
				assert.Equal(t, "ok", t.data(s))
				assert.Equal(t, 3, n)
			}},
			{Name: "request/with the last event ID", Run: func(t *T) {
				seen := t.sight(&sse.Options{LastEventID: "42"})
				assert.Equal(t, []string{"42"}, seen.Header["Last-Event-Id"])
			}},
			{Name: "request/a URL inside the query is left alone", Run: func(t *T) {
				assert.Equal(t, "/sse/request?next=http%3A%2F%2Fx%2F%3Fa%3D1", t.sight(nil, "next", "http://x/?a=1").Target)
			}},
			{Name: "request/a URL need not be escaped beyond ASCII", Run: func(t *T) {
				var seen sight
				s, err := sse.Connect(t.ctx, t.HTTP+"/sse/request?key=größe€\"<x>'|^`{}[]\\", nil)
				require.NoError(t, err)
				defer s.Close()
				require.NoError(t, json.Unmarshal([]byte(t.data(s)), &seen))
				assert.Equal(t, "/sse/request?key=gr%C3%B6%C3%9Fe%E2%82%AC%22%3Cx%3E%27|^`{}[]\\", seen.Target)
			}},
			{Name: "request/Prepare may change URL and header", Run: func(t *T) {
				opts := &sse.Options{Prepare: func(_ context.Context, a *sse.Attempt) error {
					a.URL += "&token=" + itoa(a.Number)
					a.Header["X-Token"] = []string{"fresh"}
					return nil
				}}
				seen := t.sight(opts, "a", "b")
				assert.Equal(t, "/sse/request?a=b&token=1", seen.Target)
				assert.Equal(t, []string{"fresh"}, seen.Header["X-Token"])
			}},
			{Name: "request/Prepare may fail", Run: func(t *T) {
				why := errors.New("no token")
				_, err := sse.Connect(t.ctx, t.sse("silent"), &sse.Options{Prepare: func(context.Context, *sse.Attempt) error { return why }})
				assert.ErrorIs(t, err, why)
			}},
			{Name: "request/Prepare may replace a token that has expired", Run: func(t *T) {
				calls := 0
				opts := &sse.Options{Prepare: func(context.Context, *sse.Attempt) error { calls++; return nil }}
				s := t.open(opts, "status", "code", "401", "times", "1", "key", unique())
				assert.Equal(t, "ok", t.data(s))
				assert.Equal(t, 2, calls)
			}},
			{Name: "request/a malformed header field is refused", Run: func(t *T) {
				t.unopened(t.sse("silent"), &sse.Options{Header: map[string][]string{"X Y": {"a"}}})
				t.unopened(t.sse("silent"), &sse.Options{Header: map[string][]string{"X-Y": {"a\r\nb"}}})
			}},
			{Name: "request/EventSource with a header is unsupported", Run: func(t *T) {
				opts := &sse.Options{Source: sse.SourceEventSource, Types: []string{"a"}, Header: map[string][]string{"X-Y": {"a"}}}
				assert.ErrorIs(t, t.unopened(t.sse("silent"), opts), errors.ErrUnsupported)
			}},
		},
	)
}

func body(text string) func() (io.Reader, error) {
	return func() (io.Reader, error) { return strings.NewReader(text), nil }
}

// streamCancelRows show that giving up a Receive costs nothing.
func streamCancelRows() []Row {
	return slices.Concat(
		both("cancelled/Receive ends with its context", func(t *T, opts *sse.Options) {
			_, err := t.quiet(opts).Receive(t.within(20 * time.Millisecond))
			assert.ErrorIs(t, err, context.DeadlineExceeded)
		}),
		both("cancelled/no event is lost", func(t *T, opts *sse.Options) {
			s := t.open(opts, "count", "n", "50", "interval", "2", "then", "hang")
			for _, want := range counted(1, 50) {
				t.retry(func(ctx context.Context) error {
					e, err := s.Receive(ctx)
					if err == nil {
						require.Equal(t, want, e)
					}
					return err
				})
			}
		}),
		both("cancelled/Events ends with the context's error", func(t *T, opts *sse.Options) {
			var end error
			for _, err := range t.quiet(opts).Events(t.within(20 * time.Millisecond)) {
				end = err
			}
			assert.ErrorIs(t, end, context.DeadlineExceeded)
		}),
		both("concurrent/each event goes to one of many receivers", func(t *T, opts *sse.Options) {
			s := t.open(opts, "count", "n", "100", "retry", "20")
			var mu sync.Mutex
			var all sync.WaitGroup
			seen := map[string]int{}
			for range 5 {
				all.Go(func() {
					for e, err := range s.Events(t.ctx) {
						assert.NoError(t, err)
						mu.Lock()
						seen[e.Data]++
						mu.Unlock()
					}
				})
			}
			all.Wait()
			assert.Len(t, seen, 100)
		}),
	)
}

// streamLimitRows show that what the server can make the program hold, and
// wait for, is bounded.
func streamLimitRows() []Row {
	limited := func(n int64) *sse.Options { return &sse.Options{MaxEventSize: n} }
	tooBig := func(t *T, s *sse.Stream, limit int64) {
		for range 2 {
			_, err := s.Receive(t.ctx)
			var big *sse.EventTooBigError
			require.ErrorAs(t, err, &big)
			assert.Equal(t, limit, big.Limit)
			assert.Greater(t, big.Size, limit)
		}
		assert.Equal(t, sse.Closed, s.State())
	}
	return []Row{
		{Name: "limit/an event under MaxEventSize", Run: func(t *T) {
			assert.Len(t, t.data(t.open(limited(2100), "slowline", "size", "1000")), 1000)
		}},
		{Name: "limit/an event over MaxEventSize ends the stream", Run: func(t *T) {
			tooBig(t, t.open(limited(1000), "slowline", "size", "2000"), 1000)
		}},
		{Name: "limit/a line that never ends", Run: func(t *T) {
			tooBig(t, t.played(limited(1000), "data: "+strings.Repeat("x", 1500)), 1000)
		}},
		{Name: "limit/many lines of one event count together", Run: func(t *T) {
			tooBig(t, t.played(limited(1000), strings.Repeat("data: "+strings.Repeat("x", 100)+"\n", 20)), 1000)
		}},
		{Name: "limit/events before the one that is too big come first", Run: func(t *T) {
			s := t.played(limited(1000), "data: a\n\ndata: "+strings.Repeat("x", 1500)+"\n\n")
			assert.Equal(t, "a", t.data(s))
			tooBig(t, s, 1000)
		}},
		{Name: "limit/none if negative", Run: func(t *T) {
			assert.Len(t, t.data(t.open(limited(-1), "slowline", "size", itoa(2<<20), "step", "65536")), 2<<20)
		}},
		{Name: "limit/a server that has fallen silent", Run: func(t *T) {
			assert.ErrorIs(t, t.lost(sse.Options{IdleTimeout: 500 * time.Millisecond}, "raw", silence...), context.DeadlineExceeded)
		}},
		{Name: "limit/comments keep a stream from counting as silent", Run: func(t *T) {
			s := t.openInTime(func(o *sse.Options) { o.IdleTimeout = 500 * time.Millisecond }, "heartbeat", "interval", "50")
			_, err := s.Receive(t.within(time.Second))
			assert.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Equal(t, sse.Open, s.State())
		}},
		{Name: "limit/comments do not keep a stream from counting as without events", Run: func(t *T) {
			err := t.lost(sse.Options{EventTimeout: 200 * time.Millisecond}, "heartbeat", "interval", "20")
			assert.ErrorIs(t, err, context.DeadlineExceeded)
		}},
		{Name: "limit/events of any type keep a stream from counting as without events", Run: func(t *T) {
			opts := &sse.Options{Types: []string{"a"}, EventTimeout: 500 * time.Millisecond}
			s := t.open(opts, "count", "type", "b", "n", "100", "interval", "50", "then", "hang")
			_, err := s.Receive(t.within(time.Second))
			assert.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Equal(t, sse.Open, s.State())
		}},
	}
}

// lost opens a stream and returns why its connection was given up.
func (t *T) lost(opts sse.Options, path string, query ...string) error {
	t.Helper()
	lost := make(chan error, 1)
	t.openInTime(func(o *sse.Options) {
		*o = opts
		open := false
		o.OnState = func(c sse.StateChange) {
			if c.State == sse.Open {
				open = true
			} else if open {
				select {
				case lost <- c.Err:
				default: // only the first loss is asked for
				}
			}
		}
	}, path, query...)
	return await(t, lost)
}

// openInTime is open for an IdleTimeout, which an answer can miss too: the
// first request of a program takes longer than the others where the platform
// loads what it needs for it, as Node does. set makes the options of each try.
func (t *T) openInTime(set func(*sse.Options), path string, query ...string) (s *sse.Stream) {
	t.Helper()
	t.eventually("an answer in time", func() bool {
		opts, err := &sse.Options{}, error(nil)
		set(opts)
		if s, err = sse.Connect(t.ctx, t.sse(path, query...), opts); err != nil {
			require.ErrorIs(t, err, context.DeadlineExceeded)
		}
		return err == nil
	})
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// streamStateRows show State and OnState.
func streamStateRows() []Row {
	return []Row{
		{Name: "state/a stream's whole life", Run: func(t *T) {
			changes := make(chan sse.StateChange, 100)
			opts := &sse.Options{OnState: func(c sse.StateChange) { changes <- c },
				Reconnect: sse.Reconnect{Delay: time.Millisecond, MinDelay: -1}}
			_, err := t.events(t.open(opts, "raw", "key", unique(), "c", "data: a\n\n"))
			require.ErrorIs(t, err, io.EOF)
			var states []sse.State
			for len(states) == 0 || states[len(states)-1] != sse.Closed {
				states = append(states, await(t, changes).State)
			}
			assert.Equal(t, []sse.State{sse.Open, sse.Connecting, sse.Closed}, states)
		}},
		{Name: "state/is connecting while the connection is lost", Run: func(t *T) {
			s := t.open(&sse.Options{Reconnect: sse.Reconnect{Delay: time.Hour, MaxDelay: time.Hour}}, "count", "n", "2", "drop", "1")
			t.eventually("connecting", func() bool { return s.State() == sse.Connecting })
		}},
		{Name: "state/is closed after Close", Run: func(t *T) {
			s := t.quiet(nil)
			require.Equal(t, sse.Open, s.State())
			require.NoError(t, s.Close())
			assert.Equal(t, sse.Closed, s.State())
		}},
	}
}
