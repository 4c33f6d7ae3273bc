package conformance

import (
	"io"
	"slices"
	"time"

	"github.com/amphiwire/amphiwire/sse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// countRows show that events arrive in order, with their IDs.
func countRows() []Row {
	return slices.Concat(
		both("count/every event in order", func(t *T, opts *sse.Options) {
			events, err := t.events(t.open(opts, "count", "n", "10", "retry", "20"))
			assert.Equal(t, counted(1, 10), events)
			assert.ErrorIs(t, err, io.EOF)
		}),
		both("count/a thousand events", func(t *T, opts *sse.Options) {
			s := t.open(opts, "count", "n", "1000", "then", "hang")
			for _, want := range counted(1, 1000) {
				require.Equal(t, want, t.event(s))
			}
		}),
		both("count/before the program receives", func(t *T, opts *sse.Options) {
			s := t.open(opts, "count", "n", "100", "then", "hang")
			pause()
			for _, want := range counted(1, 100) {
				require.Equal(t, want, t.event(s))
			}
		}),
		both("count/one at a time", func(t *T, opts *sse.Options) {
			s := t.open(opts, "count", "n", "3", "interval", "30", "then", "hang")
			for _, want := range counted(1, 3) {
				require.Equal(t, want, t.event(s))
			}
		}),
	)
}

// cut are the parameters of a stream whose connection is cut after every third
// event. The events are apart because Chromium forgets what it has received
// but not yet handed over when a fetch is cut; the stream then asks for that
// event again.
var cut = []string{"n", "10", "drop", "3", "interval", "20"}

// resumeRows show that a stream outlives its connections: nothing is lost and
// nothing comes twice.
func resumeRows() []Row {
	return slices.Concat(
		both("resume/after the connection was cut", func(t *T, opts *sse.Options) {
			events, err := t.events(t.open(opts, "count", append(slices.Clone(cut), "retry", "20")...))
			assert.Equal(t, counted(1, 10), events)
			assert.ErrorIs(t, err, io.EOF)
		}),
		both("resume/with events of an ID of their own and without", func(t *T, opts *sse.Options) {
			s := t.played(opts, "id: 7\ndata: a\n\ndata: b\n\nid\ndata: c\n\n")
			assert.Equal(t, sse.Event{Type: "message", Data: "a", LastEventID: "7"}, t.event(s))
			assert.Equal(t, sse.Event{Type: "message", Data: "b", LastEventID: "7"}, t.event(s))
			assert.Equal(t, sse.Event{Type: "message", Data: "c"}, t.event(s))
		}),
		both("resume/LastEventID is that of the event received", func(t *T, opts *sse.Options) {
			s := t.open(opts, "count", "n", "3", "then", "hang")
			for k := range 3 {
				t.event(s)
				assert.Equal(t, itoa(k+1), s.LastEventID())
			}
		}),
		[]Row{
			{Name: "resume/after the end of the body, until an answer of 204", Run: func(t *T) {
				s := t.open(nil, "raw", "key", unique(), "c", "retry: 20\n\ndata: a\n\n")
				assert.Equal(t, "a", t.data(s))
				_, err := s.Receive(t.ctx)
				assert.ErrorIs(t, err, io.EOF)
			}},
			{Name: "resume/from an earlier stream's LastEventID", Run: func(t *T) {
				events, _ := t.events(t.open(&sse.Options{LastEventID: "7"}, "count", "n", "10", "retry", "20"))
				assert.Equal(t, counted(8, 10), events)
			}},
			{Name: "resume/from an earlier stream's LastEventID, with types named", Run: func(t *T) {
				opts := &sse.Options{LastEventID: "7", Types: []string{"message"}}
				events, _ := t.events(t.open(opts, "count", "n", "10", "retry", "20"))
				assert.Equal(t, counted(8, 10), events)
			}},
			{Name: "resume/waits as long as retry says", Run: func(t *T) {
				s := t.open(nil, "raw", "key", unique(), "c", "retry: 300\ndata: a\n\n")
				t.event(s)
				start := time.Now()
				_, err := s.Receive(t.ctx)
				assert.ErrorIs(t, err, io.EOF)
				assert.GreaterOrEqual(t, time.Since(start), 200*time.Millisecond)
			}},
			{Name: "resume/retry may come without an event", Run: func(t *T) {
				key := unique()
				s := t.open(nil, "raw", "key", key, "c", "retry: 20\n", "c", "data: a\n\n")
				assert.Equal(t, "a", t.data(s))
				_, err := s.Receive(t.within(2 * time.Second)) // the default would be 3 s
				assert.ErrorIs(t, err, io.EOF)
			}},
			{Name: "resume/the program's delay", Run: func(t *T) {
				opts := &sse.Options{Reconnect: sse.Reconnect{Delay: 10 * time.Millisecond, MinDelay: -1}}
				events, err := t.events(t.open(opts, "count", cut...))
				assert.Equal(t, counted(1, 10), events)
				assert.ErrorIs(t, err, io.EOF)
			}},
			{Name: "resume/a status worth another attempt", Run: func(t *T) {
				opts := &sse.Options{Reconnect: sse.Reconnect{Delay: 10 * time.Millisecond, MinDelay: -1, RetryStatus: []int{503}}}
				s := t.open(opts, "status", "code", "503", "times", "2", "key", unique())
				assert.Equal(t, "ok", t.data(s))
			}},
			{Name: "resume/only so many attempts", Run: func(t *T) {
				opts := &sse.Options{Reconnect: sse.Reconnect{Delay: 10 * time.Millisecond, MinDelay: -1, MaxAttempts: 3, RetryStatus: []int{503}}}
				err := t.unopened(t.sse("status", "code", "503", "times", "3", "key", unique()), opts)
				assert.Equal(t, 503, err.StatusCode)
			}},
			{Name: "resume/not with OneShot", Run: func(t *T) {
				events, err := t.events(t.open(&sse.Options{OneShot: true}, "count", "n", "3", "then", "eof"))
				assert.Equal(t, counted(1, 3), events)
				assert.ErrorIs(t, err, io.EOF)
			}},
			{Name: "resume/with OneShot a cut connection is an error", Except: map[string]string{"webkit": "ends a body over HTTP/1.1 that was cut off as if it were complete"}, Run: func(t *T) {
				events, err := t.events(t.open(&sse.Options{OneShot: true}, "count", cut...))
				assert.GreaterOrEqual(t, len(events), 2)
				assert.Equal(t, counted(1, len(events)), events)
				assert.NotErrorIs(t, err, io.EOF)
			}},
		},
	)
}

// endRows show what ends a stream for good.
func endRows() []Row {
	return slices.Concat(
		both("end/204 at once", func(t *T, opts *sse.Options) {
			err := t.unopened(t.sse("status", "code", "204", "times", "9", "key", unique()), opts)
			assert.Equal(t, 204, err.StatusCode)
			assert.ErrorIs(t, err, io.EOF)
		}),
		both("end/the error is the same for ever", func(t *T, opts *sse.Options) {
			s := t.open(opts, "count", "n", "1", "retry", "20")
			_, first := t.events(s)
			for range 3 {
				_, err := s.Receive(t.ctx)
				assert.Same(t, first, err)
			}
			assert.Equal(t, sse.Closed, s.State())
		}),
		both("end/Events ends in silence at an answer of 204", func(t *T, opts *sse.Options) {
			n := 0
			for _, err := range t.open(opts, "count", "n", "5", "retry", "20").Events(t.ctx) {
				assert.NoError(t, err)
				n++
			}
			assert.Equal(t, 5, n)
		}),
		both("end/receiving goes on after the loop over Events was left", func(t *T, opts *sse.Options) {
			s := t.open(opts, "count", "n", "5", "then", "hang")
			for e, err := range s.Events(t.ctx) {
				require.NoError(t, err)
				require.Equal(t, "1", e.Data)
				break
			}
			assert.Equal(t, "2", t.data(s))
		}),
		both("end/Close ends a Receive that waits", func(t *T, opts *sse.Options) {
			s := t.quiet(opts)
			time.AfterFunc(20*time.Millisecond, func() { _ = s.Close() })
			_, err := s.Receive(t.ctx)
			assert.ErrorIs(t, err, sse.ErrClosed)
		}),
		both("end/Close twice is nil", func(t *T, opts *sse.Options) {
			s := t.quiet(opts)
			assert.NoError(t, s.Close())
			assert.NoError(t, s.Close())
			assert.Equal(t, sse.Closed, s.State())
		}),
		both("end/Close while events wait", func(t *T, opts *sse.Options) {
			s := t.open(opts, "count", "n", "100", "then", "hang")
			t.event(s)
			require.NoError(t, s.Close())
			_, err := s.Receive(t.ctx)
			assert.ErrorIs(t, err, sse.ErrClosed)
		}),
		[]Row{
			{Name: "end/attempts in vain are no orderly end", Run: func(t *T) {
				opts := &sse.Options{Reconnect: sse.Reconnect{Delay: 10 * time.Millisecond, MinDelay: -1, MaxAttempts: 2}}
				var last error
				for _, err := range t.open(opts, "type", "content-type", "text/event-stream", "body", ":\n").Events(t.ctx) {
					last = err
				}
				var unopened *sse.ConnectError
				require.ErrorAs(t, last, &unopened, "Events must not end in silence")
				assert.NotErrorIs(t, last, io.EOF)
			}},
			{Name: "end/Close while the stream waits to connect again", Run: func(t *T) {
				opts := &sse.Options{Reconnect: sse.Reconnect{Delay: time.Hour, MaxDelay: time.Hour}}
				s := t.open(opts, "count", "n", "2", "drop", "1")
				t.eventually("the connection is lost", func() bool { return s.State() == sse.Connecting })
				require.NoError(t, s.Close())
				_, err := s.Receive(t.ctx)
				assert.ErrorIs(t, err, sse.ErrClosed)
			}},
		},
	)
}
