//go:build !js

package interop

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/amphiwire/amphiwire/sse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// streams is how to reach event streams.
type streams struct {
	server
	transport *http.Transport
}

// options adds to opts the means to connect. A lost connection is opened again
// at once.
func (s streams) options(opts sse.Options) *sse.Options {
	opts.Native.Client = &http.Client{Transport: s.transport}
	opts.Reconnect.Delay, opts.Reconnect.MinDelay = 1, -1 // after an event the delay is no longer
	return &opts
}

// open connects to a route and closes the stream when t ends.
func (s streams) open(t *testing.T, opts sse.Options, route string, query ...string) *sse.Stream {
	t.Helper()
	stream, err := sse.Connect(row(t), s.url(route, query...), s.options(opts))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, stream.Close()) })
	return stream
}

// counts wants the events 1 to n.
func counts(t *testing.T, stream *sse.Stream, n int) {
	t.Helper()
	for _, want := range numbers(n + 1)[1:] {
		e, err := stream.Receive(row(t))
		require.NoError(t, err)
		require.Equal(t, sse.Event{Type: "message", Data: want, LastEventID: want}, e)
	}
}

// streamRows are what our receiver of event streams does through a front.
func (f *front) streamRows(t *testing.T, s streams) {
	for _, folder := range f.streams {
		t.Run("stream "+folder, func(t *testing.T) { f.folderRows(t, s, folder) })
	}
	t.Run("body of the request", func(t *testing.T) { posted(t, s) })
	t.Run("refused", func(t *testing.T) { f.refusedStreams(t, s) })
	t.Run("idle, heartbeats keep a stream", func(t *testing.T) { heartbeats(t, s) })
}

// folderRows show one way to treat responses. Where events come late, there is
// no row in which the server waits for the receiver.
func (f *front) folderRows(t *testing.T, s streams, folder string) {
	t.Run("to its end", func(t *testing.T) {
		// As much as is more than the buffers of nginx.
		stream := s.open(t, sse.Options{}, folder+"/sse/count", "n", "3000")
		counts(t, stream, 3000)
		_, err := stream.Receive(row(t))
		assert.ErrorIs(t, err, io.EOF)
	})
	if slices.Contains(f.late, folder) {
		return
	}
	t.Run("as events come", func(t *testing.T) {
		counts(t, s.open(t, sse.Options{}, folder+"/sse/count", "n", "3", "then", "hang"), 3)
	})
	t.Run("cut and resumed", func(t *testing.T) {
		counts(t, s.open(t, sse.Options{}, folder+"/sse/count", "n", "10", "drop", "3", "interval", "10", "then", "hang"), 10)
	})
	t.Run("a long line", func(t *testing.T) {
		e, err := s.open(t, sse.Options{}, folder+"/sse/slowline", "size", "1048576", "step", "65536").Receive(row(t))
		require.NoError(t, err)
		assert.Equal(t, strings.Repeat(".", 1<<20), e.Data)
	})
}

// posted shows a request with a body, whose stream is its answer.
func posted(t *testing.T, s streams) {
	body := func() (io.Reader, error) { return strings.NewReader("question"), nil }
	e, err := s.open(t, sse.Options{Body: body}, "/sse/request").Receive(row(t))
	require.NoError(t, err)
	var seen struct{ Method, Body string }
	require.NoError(t, json.Unmarshal([]byte(e.Data), &seen))
	assert.Equal(t, "POST", seen.Method)
	assert.Equal(t, "question", seen.Body)
}

// refusedStreams show answers that come from either of the two servers, and that
// a receiver waits for a server that is busy.
func (f *front) refusedStreams(t *testing.T, s streams) {
	for _, r := range []struct {
		name, route string
		want        int
	}{
		{"by the server", "/sse/status", http.StatusServiceUnavailable},
		{"by the proxy", "/private/sse/count", http.StatusUnauthorized},
		{"no server", "/down/sse/count", f.badGateway},
	} {
		t.Run(r.name, func(t *testing.T) {
			_, err := sse.Connect(row(t), s.url(r.route, "key", t.Name()), s.options(sse.Options{}))
			var e *sse.ConnectError
			require.ErrorAs(t, err, &e)
			assert.Equal(t, r.want, e.StatusCode)
		})
	}
	t.Run("worth another attempt", func(t *testing.T) {
		opts := sse.Options{Reconnect: sse.Reconnect{RetryStatus: []int{http.StatusServiceUnavailable}}}
		stream := s.open(t, opts, "/sse/status", "times", "2", "key", t.Name())
		e, err := stream.Receive(row(t))
		require.NoError(t, err)
		assert.Equal(t, "ok", e.Data)
	})
}

// heartbeats shows two streams through somebody who gives up idle ones: the
// silent one is cut and opened again, and the older one with comments is still
// the first of its kind then.
func heartbeats(t *testing.T, s streams) {
	lively, quiet := make(chan sse.StateChange, 100), make(chan sse.StateChange, 100)
	into := func(c chan sse.StateChange) sse.Options {
		return sse.Options{OnState: func(change sse.StateChange) { c <- change }}
	}
	beating := s.open(t, into(lively), "/idle/sse/heartbeat", "interval", "100")
	s.open(t, into(quiet), "/idle/sse/silent")
	assert.Equal(t, sse.Open, next(t, lively).State)
	assert.Equal(t, sse.Open, next(t, quiet).State)
	lost := next(t, quiet)
	assert.Equal(t, sse.Connecting, lost.State)
	assert.Error(t, lost.Err)
	assert.Equal(t, sse.Open, next(t, quiet).State)
	assert.Equal(t, sse.Open, beating.State())
	assert.Empty(t, lively)
}

// next waits for a state.
func next(t *testing.T, c chan sse.StateChange) sse.StateChange {
	t.Helper()
	select {
	case change := <-c:
		return change
	case <-time.After(patience):
		require.Fail(t, "the state does not change")
		return sse.StateChange{}
	}
}
