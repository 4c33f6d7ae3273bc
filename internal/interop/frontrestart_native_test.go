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
	transport := &http.Transport{TLSClientConfig: f.trust, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	for _, s := range []streams{
		{server("http://" + f.plain), &http.Transport{}},
		{server("https://" + f.tls), transport},
	} {
		t.Run("stream, "+s.scheme(), func(t *testing.T) { f.restartedStream(t, s) })
	}
	for _, s := range []server{server("ws://" + f.plain), server("wss://" + f.tls)} {
		t.Run(s.scheme(), func(t *testing.T) { f.restartedReplay(t, s) })
	}
}

func (s server) scheme() string {
	scheme, _, _ := strings.Cut(string(s), ":")
	return scheme
}

// restartedStream goes on with the event after the last one that it has seen.
func (f *front) restartedStream(t *testing.T, s streams) {
	stream := s.open(t, sse.Options{}, "/sse/count", "n", "60", "interval", "5", "then", "hang")
	counts(t, stream, 20)
	require.NoError(t, f.restart())
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
		Reconnect: &client.Reconnect{FirstDelay: -1, BaseDelay: time.Millisecond, MaxDelay: 10 * time.Millisecond},
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
