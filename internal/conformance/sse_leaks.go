package conformance

import (
	"context"
	"io"
	"runtime"
	"slices"
	"time"

	"github.com/amphiwire/amphiwire/sse"
	"github.com/stretchr/testify/require"
)

// streamLeakRows show that a stream that ends leaves nothing behind, however
// it ended and whatever it was doing.
func streamLeakRows() []Row {
	quick := sse.Reconnect{Delay: time.Millisecond, MinDelay: -1}
	return slices.Concat(
		both("leaks/none after 50 streams are opened and closed", func(t *T, opts *sse.Options) {
			t.leavesNothing(50, func() {
				s, err := sse.Connect(t.ctx, t.sse("count", "n", "3", "then", "hang"), opts)
				require.NoError(t, err)
				t.event(s)
				require.NoError(t, s.Close())
			})
		}),
		both("leaks/none after 10 answers that are none", func(t *T, opts *sse.Options) {
			url := t.sse("type", "content-type", "text/html")
			t.leavesNothing(10, func() { t.unopened(url, opts) })
		}),
		[]Row{
			{Name: "leaks/none after streams to which the server has put an end", Run: func(t *T) {
				t.leavesNothing(10, func() {
					s, err := sse.Connect(t.ctx, t.sse("count", "n", "3", "retry", "1"), nil)
					require.NoError(t, err)
					_, err = t.events(s)
					require.ErrorIs(t, err, io.EOF)
				})
			}},
			{Name: "leaks/none after 30 connections of one stream", Run: func(t *T) {
				t.leavesNothing(3, func() {
					s, err := sse.Connect(t.ctx, t.sse("count", "n", "20", "drop", "2", "interval", "1"), &sse.Options{Reconnect: quick})
					require.NoError(t, err)
					_, err = t.events(s)
					require.ErrorIs(t, err, io.EOF)
				})
			}},
			{Name: "leaks/none after a Connect that is cancelled", Run: func(t *T) {
				t.leavesNothing(5, func() {
					ctx, cancel := context.WithCancel(t.ctx)
					done := make(chan error, 1)
					go func() { _, err := sse.Connect(ctx, t.sse("hang"), nil); done <- err }()
					runtime.Gosched()
					cancel()
					require.ErrorIs(t, await(t, done), context.Canceled)
				})
			}},
			{Name: "leaks/none after Close of a stream that waits to connect again", Run: func(t *T) {
				t.leavesNothing(5, func() {
					s, err := sse.Connect(t.ctx, t.sse("count", "n", "2", "drop", "1"), &sse.Options{Reconnect: sse.Reconnect{Delay: time.Hour, MaxDelay: time.Hour}})
					require.NoError(t, err)
					t.eventually("it waits", func() bool { return s.State() == sse.Connecting })
					require.NoError(t, s.Close())
				})
			}},
			{Name: "leaks/none after Close of a stream that has no answer yet", Run: func(t *T) {
				t.leavesNothing(5, func() {
					opts := &sse.Options{Reconnect: quick}
					opts.Prepare = func(_ context.Context, a *sse.Attempt) error {
						if a.Err != nil {
							a.URL = t.sse("hang")
						}
						return nil
					}
					s, err := sse.Connect(t.ctx, t.sse("raw", "key", unique(), "c", "data: a\n\n"), opts)
					require.NoError(t, err)
					t.eventually("it waits", func() bool { return s.State() == sse.Connecting })
					pause() // until the delay is over, too
					require.NoError(t, s.Close())
				})
			}},
			{Name: "leaks/none after Close of a stream that nobody receives from", Run: func(t *T) {
				t.leavesNothing(3, func() {
					s, err := sse.Connect(t.ctx, t.sse("slowline", "size", itoa(1<<20), "step", "65536"), &sse.Options{MaxEventSize: -1})
					require.NoError(t, err)
					require.NoError(t, s.Close())
				})
			}},
		},
	)
}
