package testserver

import (
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func (c *client) status(t *testing.T) (st proxyStatus) {
	t.Helper()
	_, payload := c.read()
	require.NoError(t, json.Unmarshal([]byte(payload), &st))
	return st
}

func TestProxyRouteStartsAProxyInFrontOfTheServer(t *testing.T) {
	s := New(t)
	control := open(t, s, "/ws/proxy?seed=7&cut=100000")
	st := control.status(t)
	assert.EqualValues(t, 7, st.Seed)
	addr, ok := strings.CutPrefix(st.URL, "ws://")
	require.True(t, ok)
	resp, err := http.Get("http://" + addr + "/healthz")
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, http.StatusOK, resp.StatusCode)
	control.send(text, "stat")
	assert.Equal(t, 1, control.status(t).Accepted)
	control.close()
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			conn.Close()
		}
		return err != nil
	}, patience, tick, "it lasts as long as the connection that asked for it")
}

// A row that fails prints the seed: whoever repeats it gives that to the route.
func TestProxyRouteTakesASeedThatItDrew(t *testing.T) {
	s := New(t)
	drawn := open(t, s, "/ws/proxy").status(t).Seed
	assert.NotZero(t, drawn)
	assert.Equal(t, drawn, open(t, s, "/ws/proxy?seed="+strconv.FormatUint(drawn, 10)).status(t).Seed)
}

func TestReplayRoute(t *testing.T) {
	s := New(t)
	one := open(t, s, "/ws/replay?key=k")
	one.send(text, "1 a") // before resume: taken, and told later
	one.send(text, "resume 0")
	one.want(text, "have 1")
	one.want(text, "1 a")
	one.send(text, "3 c") // not the next
	one.send(text, "2 b")
	one.want(text, "2 b")
	two := open(t, s, "/ws/replay?key=k")
	two.send(text, "resume 1")
	two.want(text, "have 2")
	two.want(text, "2 b")
	two.send(text, "1 a") // again: ignored
	two.send(text, "3 c")
	two.want(text, "3 c")
	other := open(t, s, "/ws/replay?key=other")
	other.send(text, "resume 0")
	other.want(text, "have 0")
	other.send(text, "no number")
	other.wantClose(closePolicy)
}

// What a dead connection carried may be read after the client has come back by
// another: the order of connections decides, not that of resumes.
func TestReplayRouteRefusesWhatAnEarlierConnectionStillSays(t *testing.T) {
	s := New(t)
	for _, late := range []string{"resume 0", "1 a"} {
		path := "/ws/replay?key=" + url.QueryEscape(late)
		one, two := open(t, s, path), open(t, s, path)
		two.send(text, "resume 0")
		two.want(text, "have 0")
		one.send(text, late)
		one.wantClose(closePolicy)
		two.send(text, "1 a")
		two.want(text, "1 a")
	}
}

func TestHeartbeatRoute(t *testing.T) {
	s := New(t)
	c := open(t, s, "/ws/heartbeat?n=1")
	c.send(text, "ping")
	c.want(text, "pong")
	c.send(text, "ping") // not answered
	c.send(text, "else")
	c.want(text, "else")
	c = open(t, s, "/ws/heartbeat?ping=a&pong=b")
	for range 3 {
		c.send(text, "a")
		c.want(text, "b")
	}
}

func TestFlakyRoute(t *testing.T) {
	s := New(t)
	for range 2 {
		c := open(t, s, "/ws/flaky?times=2&key=k&reason=later")
		assert.Equal(t, "later", c.wantClose(1012))
	}
	c := open(t, s, "/ws/flaky?times=2&key=k&reason=later")
	c.send(text, "a")
	c.want(text, "a")
	open(t, s, "/ws/flaky?code=-1").wantReset()
}

func TestStatusRoute(t *testing.T) {
	s := New(t)
	resp, err := http.Get(s.URL() + "/ws/status?code=429&key=k&header=Retry-After:1&body=busy")
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, 429, resp.StatusCode)
	assert.Equal(t, "1", resp.Header.Get("Retry-After"))
	c := open(t, s, "/ws/status?key=k")
	c.send(text, "a")
	c.want(text, "a")
}

func TestTokenRoute(t *testing.T) {
	s := New(t)
	for carrier, c := range map[string]*client{
		"header":      open(t, s, "/ws/token", "Authorization: Bearer secret"),
		"subprotocol": open(t, s, "/ws/token?protocols=chat", "Sec-WebSocket-Protocol: chat, bearer.c2VjcmV0"),
		"query":       open(t, s, "/ws/token?access_token=secret"),
	} {
		c.send(text, carrier)
		c.want(text, carrier)
	}
	for _, wrong := range []string{"", "?access_token=other", "?token=other"} {
		resp, err := http.Get(s.URL() + "/ws/token" + wrong)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, http.StatusUnauthorized, resp.StatusCode)
	}
}
