package testserver

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSOCKSProxyOpensTunnels(t *testing.T) {
	server := New(t)
	for user, opts := range map[string]*TunnelOptions{"": nil, "gandalf": {User: "gandalf", Password: "mellon"}} {
		t.Run("for user "+user, func(t *testing.T) {
			p := NewSOCKSProxy(t, opts)
			require.Equal(t, "socks5h", p.URL().Scheme)
			body, err := through(t, p.URL(), server.URL()+"/healthz")
			require.NoError(t, err)
			assert.Equal(t, "ok", body[:2])
			require.Len(t, p.Asked(), 1)
			assert.Equal(t, server.host(), p.Asked()[0].Target)
			assert.Equal(t, user, p.Asked()[0].User)
		})
	}
}

// The conversations of RFC 1928 and RFC 1929, byte by byte.
func TestSOCKSProxyConversations(t *testing.T) {
	guarded := &TunnelOptions{User: "user", Password: "pass"}
	broken := &TunnelOptions{Dial: func(context.Context, string) (net.Conn, error) { return nil, errors.New("no route") }}
	const zero = "\x00\x01\x00\x00\x00\x00\x00\x00"
	for name, c := range map[string]struct {
		opts       *TunnelOptions
		send, want string
		asked      string
	}{
		"no method in common": {guarded, "\x05\x01\x00", "\x05\xff", ""},
		"no method at all":    {nil, "\x05\x00", "\x05\xff", ""},
		"a wrong password":    {guarded, "\x05\x02\x00\x02\x01\x04user\x04fail", "\x05\x02\x01\x01", ""},
		"the right password, then nobody there": {&TunnelOptions{User: "user", Password: "pass", Dial: broken.Dial},
			"\x05\x01\x02\x01\x04user\x04pass\x05\x01\x00\x03\x04name\x00\x50", "\x05\x02\x01\x00\x05\x05" + zero, "name:80"},
		"an IPv4 address":       {broken, "\x05\x01\x00\x05\x01\x00\x01\x0a\x00\x00\x01\x1f\x90", "\x05\x00\x05\x05" + zero, "10.0.0.1:8080"},
		"an IPv6 address":       {broken, "\x05\x01\x00\x05\x01\x00\x04\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x01\xbb", "\x05\x00\x05\x05" + zero, "[2001:db8::1]:443"},
		"another command":       {nil, "\x05\x01\x00\x05\x02\x00\x03\x04name\x00\x50", "\x05\x00\x05\x07" + zero, "name:80"},
		"an address of no kind": {nil, "\x05\x01\x00\x05\x01\x00\x09", "\x05\x00\x05\x08" + zero, ""},
		"another version":       {nil, "\x04\x01", "", "none"},
		"the end too early":     {guarded, "\x05\x01\x02\x01\x04us", "\x05\x02", "none"},
	} {
		t.Run(name, func(t *testing.T) {
			p := NewSOCKSProxy(t, c.opts)
			conn := dialTunnels(t, p.URL())
			conn.write(c.send)
			require.NoError(t, conn.conn.(*net.TCPConn).CloseWrite())
			got, err := io.ReadAll(conn.r)
			require.NoError(t, err)
			assert.Equal(t, c.want, string(got))
			if c.asked == "none" {
				assert.Empty(t, p.Asked())
				return
			}
			require.Len(t, p.Asked(), 1)
			assert.Equal(t, c.asked, p.Asked()[0].Target)
		})
	}
}
