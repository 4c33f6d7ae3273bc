//go:build !js

package client

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/testserver"
)

func TestConnectReportsWhatDialContextSays(t *testing.T) {
	_, err := Connect(t.Context(), "ws://user:secret@host.test/?token", &Options{Native: NativeOptions{DialContext: noDial, Proxy: noProxy}})
	require.ErrorIs(t, err, io.ErrClosedPipe)
	assert.EqualError(t, err, "client: connect ws://host.test/?…: "+io.ErrClosedPipe.Error())
}

func TestNativeOptionsReachTheServer(t *testing.T) {
	s := testserver.New(t)
	dialled := ""
	c, err := Connect(t.Context(), s.WSURL()+"/ws/handshake?protocols=b,a", &Options{
		Subprotocols: []string{"a", "b"},
		Native: NativeOptions{
			Header: http.Header{"X-Test": {"yes"}, "Host": {"other.test"}},
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				dialled = addr
				return new(net.Dialer).DialContext(ctx, network, addr)
			},
		},
	})
	require.NoError(t, err)
	defer c.Close()
	assert.Equal(t, "b", c.Subprotocol(), "the server's preference")
	assert.Contains(t, s.WSURL(), dialled)
	m, err := c.Receive(t.Context())
	require.NoError(t, err)
	var seen struct {
		Host   string
		Header http.Header
	}
	require.NoError(t, json.Unmarshal(m.Data, &seen))
	assert.Equal(t, "other.test", seen.Host)
	assert.Equal(t, "yes", seen.Header.Get("X-Test"))
}

func TestConnectShowsTheServersRefusal(t *testing.T) {
	s := testserver.New(t)
	_, err := Connect(t.Context(), s.WSURL()+"/ws/reject?status=401&body=sorry", nil)
	var failed *ConnectError
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, 401, failed.StatusCode)
	assert.Equal(t, "sorry", string(failed.Body))
	assert.Equal(t, []string{"yes"}, failed.Header["X-Reject"])
	assert.Equal(t, s.WSURL()+"/ws/reject?…", failed.URL)
}

func TestPingMeasuresTheRoundTrip(t *testing.T) {
	s := testserver.New(t)
	for name, reconnect := range map[string]*Reconnect{"of a connection": nil, "of one that would be replaced": {}} {
		t.Run(name, func(t *testing.T) {
			c, err := Connect(t.Context(), s.WSURL()+"/ws/echo", &Options{Reconnect: reconnect})
			require.NoError(t, err)
			defer c.Close()
			assert.Zero(t, c.Stats().Latency, "nothing was measured yet")
			rtt, err := c.Ping(t.Context())
			require.NoError(t, err)
			assert.Positive(t, rtt)
			assert.Equal(t, rtt, c.Stats().Latency)
		})
	}
}

// A ping that keeps the connection alive measures too.
func TestKeepaliveMeasuresTheRoundTrip(t *testing.T) {
	s := testserver.New(t)
	c, err := Connect(t.Context(), s.WSURL()+"/ws/echo", &Options{Native: NativeOptions{PingInterval: time.Millisecond}})
	require.NoError(t, err)
	defer c.Close()
	assert.Eventually(t, func() bool { return c.Stats().Latency > 0 }, 20*time.Second, time.Millisecond)
}

func TestConnectIsBoundedByItsContext(t *testing.T) {
	s := testserver.New(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := Connect(ctx, s.WSURL()+"/ws/hang", nil)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestNativeOptionsAreTheProgramsAgainAfterConnect(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n, o := &network{}, again()
		o.Native.Header = http.Header{"X-Test": {"yes"}}
		connected(t, n, o)
		o.Native.Header["X-Test"][0] = "no"
		o.Native.Header.Set("X-More", "z")
		n.wire(t, 1).lose()
		time.Sleep(tooLate)
		assert.Equal(t, http.Header{"X-Test": {"yes"}}, n.wire(t, 2).native.Header)
	})
}
