package conformance

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/amphiwire/amphiwire/sse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// openRows show how a stream is opened.
func openRows() []Row {
	return slices.Concat(
		exceptFirefox(both("open/before the first event", func(t *T, opts *sse.Options) {
			// "announce the connection" comes with the header (HTML standard,
			// section 9.2.3), not with the first event.
			assert.Equal(t, sse.Open, t.open(opts, "silent").State())
		})),
		both("open/before the first event, with a server that sends comments", func(t *T, opts *sse.Options) {
			assert.Equal(t, sse.Open, t.open(opts, "log", "key", unique()).State())
		}),
		both("open/after a redirect", func(t *T, opts *sse.Options) {
			s := t.open(opts, "redirect", "to", onward)
			assert.Equal(t, "1", t.data(s))
		}),
		[]Row{
			{Name: "open/after each kind of redirect", Run: func(t *T) {
				for _, status := range []string{"301", "302", "303", "307", "308"} {
					s := t.open(nil, "redirect", "status", status, "to", onward)
					assert.Equal(t, "1", t.data(s), status)
				}
			}},
			{Name: "open/after attempts without an answer, if RetryConnect asks for them", Run: func(t *T) {
				// "A network error that prevents the connection from being
				// established in the first place" is one to reestablish it after.
				for _, source := range []sse.Source{sse.SourceAuto, t.eventSource(), sse.SourceFetch} {
					opts := &sse.Options{Types: []string{"message"}, Source: source, Reconnect: sse.Reconnect{Delay: 10 * time.Millisecond, MinDelay: -1, RetryConnect: true}}
					assert.Equal(t, "ok", t.data(t.open(opts, "status", "code", "0", "times", "3", "key", unique())))
				}
			}},
			{Name: "open/ends with its context", Run: func(t *T) {
				_, err := sse.Connect(t.within(100*time.Millisecond), t.sse("hang"), nil)
				assert.ErrorIs(t, err, context.DeadlineExceeded)
				assert.ErrorAs(t, err, new(*sse.ConnectError))
			}},
			{Name: "open/can be cancelled", Run: func(t *T) {
				ctx, cancel := context.WithCancel(t.ctx)
				time.AfterFunc(20*time.Millisecond, cancel)
				_, err := sse.Connect(ctx, t.sse("hang"), nil)
				assert.ErrorIs(t, err, context.Canceled)
			}},
			{Name: "open/the context has no effect afterwards", Run: func(t *T) {
				ctx, cancel := context.WithCancel(t.ctx)
				s, err := sse.Connect(ctx, t.sse("count", "n", "3", "interval", "50", "then", "hang"), nil)
				require.NoError(t, err)
				defer s.Close()
				cancel()
				for k := range 3 {
					assert.Equal(t, itoa(k+1), t.data(s))
				}
			}},
			{Name: "open/five streams at once", Run: func(t *T) {
				streams := make([]*sse.Stream, 5)
				for i := range streams {
					streams[i] = t.open(nil, "count", "from", itoa(i), "then", "hang")
				}
				for i, s := range streams {
					assert.Equal(t, itoa(i), t.data(s))
				}
			}},
		},
	)
}

// onward is where redirects lead: a stream that does not fall silent. Firefox
// keeps the connection of a redirected fetch that was aborted until the next
// bytes arrive, and has no more than six to a host.
const onward = "/sse/count?n=1000&interval=20"

// exceptFirefox declares what Firefox does with a body that has not begun.
func exceptFirefox(rows []Row) []Row {
	for i := range rows {
		rows[i].Except = map[string]string{"firefox": "tells a page of an answer with the first byte of its body, not with its header"}
	}
	return rows
}

// unopenedRows show that an answer which is no event stream is a
// *ConnectError that names the URL and the cause.
func unopenedRows() []Row {
	rows := []Row{
		{Name: "unopened/nobody listens", Run: func(t *T) {
			err := t.unopened("http://"+nobody+"/x", nil)
			assert.Equal(t, "http://"+nobody+"/x", err.URL)
			assert.Zero(t, err.StatusCode)
		}},
		{Name: "unopened/the connection is cut before an answer", Run: func(t *T) {
			for _, types := range [][]string{nil, {"message"}} {
				err := t.unopened(t.sse("status", "code", "0", "times", "99", "key", unique()), &sse.Options{Types: types})
				assert.Zero(t, err.StatusCode)
				assert.NotErrorIs(t, err, io.EOF, "that is how a server asks to be left alone")
			}
		}},
		{Name: "unopened/only so many attempts without an answer, if RetryConnect asks for them", Run: func(t *T) {
			attempts := 0
			opts := &sse.Options{Reconnect: sse.Reconnect{Delay: time.Millisecond, MinDelay: -1, RetryConnect: true, MaxAttempts: 3},
				Prepare: func(context.Context, *sse.Attempt) error { attempts++; return nil }}
			assert.Zero(t, t.unopened("http://"+nobody+"/x", opts).StatusCode)
			assert.Equal(t, 3, attempts)
		}},
		{Name: "unopened/the error says why RetryConnect waited when the context ended", Run: func(t *T) {
			opts := &sse.Options{Reconnect: sse.Reconnect{Delay: time.Hour, MaxDelay: time.Hour, RetryConnect: true}}
			_, err := sse.Connect(t.within(500*time.Millisecond), "http://"+nobody+"/x", opts)
			assert.ErrorIs(t, err, context.DeadlineExceeded)
			assert.ErrorContains(t, err, "after an attempt that failed")
		}},
		{Name: "unopened/RetryConnect does not go on after its context", Run: func(t *T) {
			told := make(chan sse.StateChange, 10)
			opts := &sse.Options{OnState: func(c sse.StateChange) { told <- c }, Reconnect: sse.Reconnect{RetryConnect: true}}
			_, err := sse.Connect(t.within(500*time.Millisecond), t.sse("hang"), opts)
			assert.ErrorIs(t, err, context.DeadlineExceeded)
			assert.NotContains(t, err.Error(), "after an attempt that failed")
			assert.Equal(t, sse.Closed, await(t, told).State)
		}},
		{Name: "unopened/the connection is cut before an answer, TLS where the server has none", Run: func(t *T) {
			assert.Zero(t, t.unopened(strings.Replace(t.sse("silent"), "http:", "https:", 1), nil).StatusCode)
		}},
		{Name: "unopened/the body of the answer is in the error", Run: func(t *T) {
			err := t.unopened(t.sse("status", "code", "503", "body", "come back later", "key", unique()), nil)
			assert.Equal(t, "come back later", string(err.Body))
		}},
		{Name: "unopened/the header of the answer is in the error", Run: func(t *T) {
			err := t.unopened(t.sse("status", "code", "503", "header", "X-Why:maintenance", "key", unique()), nil)
			assert.Equal(t, []string{"maintenance"}, err.Header["X-Why"])
		}},
	}
	for _, c := range []struct{ what, url string }{
		{"empty", ""}, {"relative", "/sse/count"}, {"no host", "http:///sse/count"}, {"scheme ftp", "ftp://127.0.0.1/"},
		{"scheme ws", "ws://127.0.0.1/"}, {"scheme javascript", "javascript:alert(1)"}, {"port over 65535", "http://127.0.0.1:65536/"},
		{"line end", "http://127.0.0.1/a\r\nX: y"},
	} {
		rows = append(rows, Row{Name: "unopened/malformed URL: " + c.what, Run: func(t *T) {
			assert.Zero(t, t.unopened(c.url, nil).StatusCode)
		}})
	}
	return rows
}

// unopened expects Connect to fail, and returns why.
func (t *T) unopened(url string, opts *sse.Options) *sse.ConnectError {
	t.Helper()
	s, err := sse.Connect(t.ctx, url, opts)
	if err == nil {
		_ = s.Close()
	}
	require.NoError(t, t.ctx.Err(), "an answer, not the end of patience")
	var unopened *sse.ConnectError
	require.ErrorAs(t, err, &unopened)
	require.NotErrorIs(t, err, sse.ErrClosed)
	require.Error(t, unopened.Err)
	return unopened
}
