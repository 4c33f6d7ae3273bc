//go:build !js

package interop

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// webSocketRows are what our client does through a front.
func (f *front) webSocketRows(t *testing.T, s server) {
	t.Run("plain", func(t *testing.T) { echoes(t, s.dial(t, f.options(plain), "/ws/echo"), sample()) })
	t.Run("deflate", func(t *testing.T) { echoes(t, s.dial(t, f.options(everyBytes), "/ws/echo"), payloads(65536)) })
	t.Run("fragments", func(t *testing.T) { f.fragmentRows(t, s) })
	t.Run("ping", func(t *testing.T) { f.pingRows(t, s) })
	t.Run("close", func(t *testing.T) { f.closeRows(t, s) })
	t.Run("handshake", func(t *testing.T) { f.handshakeRows(t, s) })
	t.Run("idle, the keepalive keeps a connection", func(t *testing.T) {
		keepalive(t, func(opts client.Options) *client.Conn { return s.dial(t, f.options(opts), "/idle/ws/echo") })
	})
}

// fragmentRows show frames that a front passes on as they are, or cuts and joins
// as TCP does.
func (f *front) fragmentRows(t *testing.T, s server) {
	t.Run("from the server", func(t *testing.T) {
		echoes(t, s.dial(t, f.options(plain), "/ws/echo", "fragment", "100"), payloads(65536))
	})
	t.Run("with pings between", func(t *testing.T) {
		c := s.dial(t, f.options(client.Options{}), "/ws/fragments", "n", "5", "text", "in five pieces", "ping", "1")
		assert.Equal(t, "in five pieces", receiveText(t, c))
	})
	t.Run("in the segment of the handshake's response", func(t *testing.T) {
		hello := "810568656c6c6f" // RFC 6455, section 5.7: "Hello" unmasked, in small letters
		c := s.dial(t, f.options(client.Options{}), "/ws/raw", "hex", hello, "segment", "1", "then", "echo")
		assert.Equal(t, "hello", receiveText(t, c))
		echoOne(t, c, payload{"text", 127})
	})
}

// pingRows show that control frames go all the way: a front is no endpoint.
func (f *front) pingRows(t *testing.T, s server) {
	t.Run("by the client", func(t *testing.T) {
		_, err := s.dial(t, f.options(client.Options{}), "/ws/echo").Ping(row(t))
		assert.NoError(t, err)
	})
	t.Run("by the server", func(t *testing.T) {
		c := s.dial(t, f.options(client.Options{}), "/ws/ping", "n", "3", "payload", "p")
		for _, want := range []string{"pong p", "pong p1", "pong p2"} {
			assert.Equal(t, want, receiveText(t, c))
		}
	})
}

// closeRows show that the closing handshake goes all the way, and that the
// connections on both sides of a front end together.
func (f *front) closeRows(t *testing.T, s server) {
	for _, code := range []client.CloseCode{1000, 1001, 1011, 3000, 4999} {
		t.Run(fmt.Sprintf("by the client, %d", code), func(t *testing.T) {
			id := newID()
			require.NoError(t, s.dial(t, f.options(client.Options{}), "/ws/echo", "id", id).CloseWith(code, longReason))
			var e ending
			text := receiveText(t, s.dial(t, f.options(client.Options{}), "/ws/report", "id", id))
			require.NoError(t, json.Unmarshal([]byte(text), &e))
			assert.Equal(t, ending{Code: int(code), Reason: longReason, Clean: true, EOF: true}, e)
		})
		t.Run(fmt.Sprintf("by the server, %d", code), func(t *testing.T) {
			c := s.dial(t, f.options(client.Options{}), "/ws/close", "code", strconv.Itoa(int(code)), "reason", longReason)
			_, err := end(t, c)
			e := closed(t, err)
			assert.Equal(t, code, e.Code)
			assert.Equal(t, longReason, e.Reason)
		})
	}
	t.Run("behind a burst", func(t *testing.T) {
		texts, err := end(t, s.dial(t, f.options(client.Options{}), "/ws/burst", "n", "10000"))
		assert.Equal(t, client.CloseNormal, closed(t, err).Code)
		assert.Equal(t, numbers(10000), texts)
	})
	for _, how := range []string{"fin", "rst"} {
		t.Run("lost, "+how, func(t *testing.T) {
			_, err := end(t, s.dial(t, f.options(client.Options{}), "/ws/drop", "how", how))
			assert.Equal(t, client.CloseAbnormal, closed(t, err).Code)
		})
	}
}

// handshakeRows show answers that come from either of the two servers.
func (f *front) handshakeRows(t *testing.T, s server) {
	for _, r := range []struct {
		name, route string
		query       []string
		want        int
	}{
		{"refused by the server", "/ws/reject", []string{"status", "403"}, http.StatusForbidden},
		{"refused by the proxy", "/private/ws/echo", nil, http.StatusUnauthorized},
		{"no server", "/down/ws/echo", nil, f.badGateway},
		{"no such route", "/nowhere", nil, http.StatusNotFound},
	} {
		t.Run(r.name, func(t *testing.T) {
			opts := f.options(client.Options{})
			_, err := client.Connect(row(t), s.url(r.route, r.query...), &opts)
			var e *client.ConnectError
			require.ErrorAs(t, err, &e)
			assert.Equal(t, r.want, e.StatusCode)
			assert.NotEmpty(t, e.Body)
		})
	}
	t.Run("with user and password", func(t *testing.T) {
		let := server(strings.Replace(string(s), "://", "://"+user+":"+password+"@", 1))
		echoOne(t, let.dial(t, f.options(client.Options{}), "/private/ws/echo"), payload{"text", 127})
	})
	t.Run("redirected", func(t *testing.T) {
		echoOne(t, s.dial(t, f.options(client.Options{}), "/ws/redirect", "to", "/ws/echo"), payload{"text", 127})
	})
	t.Run("subprotocol", func(t *testing.T) {
		c := s.dial(t, f.options(client.Options{Subprotocols: []string{"a", "b"}}), "/ws/echo", "protocols", "b")
		assert.Equal(t, "b", c.Subprotocol())
	})
}

// keepalive shows connections to somebody who gives up idle ones: those without
// pings are lost, one after the other, and an older one with pings is still
// there then. It takes more than the first ping to outlive two of them.
func keepalive(t *testing.T, dial func(client.Options) *client.Conn) {
	t.Helper()
	lively := dial(client.Options{Native: client.NativeOptions{PingInterval: 100 * time.Millisecond}})
	for range 2 {
		quiet := dial(client.Options{Native: client.NativeOptions{PingInterval: -1}})
		_, err := end(t, quiet)
		assert.Equal(t, client.CloseAbnormal, closed(t, err).Code)
	}
	echoOne(t, lively, payload{"text", 127})
}
