//go:build !js

package interop

import (
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/amphiwire/amphiwire/client"
	"github.com/amphiwire/amphiwire/sse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// restartRows show a front that is killed in the middle and comes back: what
// both sides have to say is complete all the same, and in order.
func (f *front) restartRows(t *testing.T) {
	f.bothStreams(t, func(t *testing.T, s streams) { restartedStream(t, s, "", f.restart) })
	for _, s := range f.bothServers() {
		t.Run(s.scheme(), func(t *testing.T) { f.restartedReplay(t, s) })
	}
}

// serverRestartRows show the same with the server behind a front, which answers
// for it meanwhile.
func (f *front) serverRestartRows(t *testing.T) {
	f.bothStreams(t, func(t *testing.T, s streams) { restartedStream(t, s, "/second", f.second) })
	for _, s := range f.bothServers() {
		t.Run(s.scheme(), func(t *testing.T) { f.restartedEcho(t, s) })
	}
}

// bothStreams runs a row without TLS, and one with it and HTTP 2.
func (f *front) bothStreams(t *testing.T, row func(*testing.T, streams)) {
	for _, s := range []streams{
		{server("http://" + f.plain), &http.Transport{}},
		{server("https://" + f.tls), &http.Transport{TLSClientConfig: f.trust, ForceAttemptHTTP2: true}},
	} {
		t.Run("stream, "+s.scheme(), func(t *testing.T) {
			t.Cleanup(s.transport.CloseIdleConnections) // when the stream is closed
			row(t, s)
		})
	}
}

func (f *front) bothServers() []server {
	return []server{server("ws://" + f.plain), server("wss://" + f.tls)}
}

func (s server) scheme() string {
	scheme, _, _ := strings.Cut(string(s), ":")
	return scheme
}

// restartedStream goes on with the event after the last one that it has seen.
// What a front answers for a server that is away must be named as worth another
// attempt, or it ends the stream.
func restartedStream(t *testing.T, s streams, folder string, restart func() error) {
	opts := sse.Options{Reconnect: sse.Reconnect{RetryStatus: []int{502, 503, 504}}}
	stream := s.open(t, opts, folder+"/sse/count", "n", "60", "interval", "5", "then", "hang")
	counts(t, stream, 20)
	require.NoError(t, restart())
	for n := 21; n <= 60; n++ {
		e, err := stream.Receive(row(t))
		require.NoError(t, err)
		require.Equal(t, strconv.Itoa(n), e.LastEventID)
	}
}

// restartedReplay numbers what it sends, and asks the server after each loss
// for the number that arrived last.
func (f *front) restartedReplay(t *testing.T, s server) {
	var received atomic.Int64
	var c *client.Conn
	say := func(text string) { _ = c.Send(t.Context(), client.Text(text)) } // what is lost is asked for later
	opts := f.options(client.Options{
		Reconnect: &atOnce,
		OnState: func(change client.StateChange) {
			if change.From == client.Reconnecting && change.To == client.Connected {
				say("resume " + strconv.FormatInt(received.Load(), 10))
			}
		},
	})
	c = s.dial(t, opts, "/ws/replay", "key", t.Name())
	say("resume 0")
	for received.Load() < 60 {
		first, rest, _ := strings.Cut(receiveText(t, c), " ")
		n := number(t, first, rest)
		if first != "have" {
			require.Equal(t, received.Add(1), n)
		}
		if n == 20 && c.Stats().Reconnects == 0 {
			require.NoError(t, f.restart())
		}
		say(strconv.FormatInt(n+1, 10) + " text")
	}
	assert.Positive(t, c.Stats().Reconnects)
}

// restartedEcho dials until the server is there, whatever the front says of it.
func (f *front) restartedEcho(t *testing.T, s server) {
	back := make(chan struct{}, 1)
	c := s.dial(t, f.options(client.Options{
		Reconnect: &atOnce,
		OnState: func(change client.StateChange) {
			if change.From == client.Reconnecting && change.To == client.Connected {
				back <- struct{}{}
			}
		},
	}), "/second/ws/echo")
	echoOne(t, c, payload{"text", 127})
	require.NoError(t, f.second())
	select {
	case <-back:
	case <-row(t).Done():
		require.Fail(t, "the connection does not come back")
	}
	echoOne(t, c, payload{"text", 127})
}

// atOnce dials without delay, so that rows take no longer than they must.
var atOnce = client.Reconnect{FirstDelay: -1, BaseDelay: time.Millisecond, MaxDelay: 10 * time.Millisecond}

// number is that of a message, or that of the last one that the server has.
func number(t *testing.T, first, rest string) int64 {
	t.Helper()
	if first == "have" {
		first = rest
	}
	n, err := strconv.ParseInt(first, 10, 64)
	require.NoError(t, err)
	return n
}
