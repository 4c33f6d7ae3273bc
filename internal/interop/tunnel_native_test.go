//go:build !js

package interop

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"

	"github.com/amphiwire/amphiwire/client"
	"github.com/amphiwire/amphiwire/sse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tinyproxy is the proxy for tunnels by CONNECT. Of two, one lets everybody go
// everywhere, and the other wants a password and knows one port alone.
func tinyproxy(t *testing.T, companion *companionServer) {
	needsAll(t, "tinyproxy", "haproxy")
	_, port, err := net.SplitHostPort(companion.plain)
	require.NoError(t, err)
	free, strict := startTinyproxy(t, "", ""), startTinyproxy(t, user, port)
	t.Run("http", func(t *testing.T) { tunnelRows(t, companion, "http://"+free) })
	t.Run("http with a password", func(t *testing.T) {
		passwordRows(t, companion, "http", strict)
		t.Run("none", func(t *testing.T) { assert.Equal(t, 407, tunnel{"http://" + strict, nil}.refused(t, companion.plain)) })
		t.Run("wrong", func(t *testing.T) {
			assert.Equal(t, 401, tunnel{"http://amphi:wrong@" + strict, nil}.refused(t, companion.plain)) // RFC 9110 has 407 for that
		})
		t.Run("port not allowed", func(t *testing.T) {
			assert.Equal(t, 403, tunnel{withPassword("http", strict), nil}.refused(t, companion.tls))
		})
	})
	t.Run("no server", func(t *testing.T) {
		assert.GreaterOrEqual(t, tunnel{"http://" + free, nil}.refused(t, refusing(t)), 500)
	})
	t.Run("streams", func(t *testing.T) { tunnelledStreams(t, companion, "http://"+free) })
	t.Run("https", func(t *testing.T) { tlsProxy(t, companion, free) })
}

// startTinyproxy wants a password if user is not empty, and restricts itself
// to one port if port is not.
func startTinyproxy(t *testing.T, user, port string) (addr string) {
	t.Helper()
	c := struct {
		Port, User, Password string
		Allowed              []string
	}{User: user, Password: password}
	if port != "" {
		c.Allowed = []string{port}
	}
	return serve(t, 1, func(ports ...string) []string {
		c.Port = ports[0]
		return []string{"tinyproxy", "-d", "-c", configure(t, t.TempDir(), "tinyproxy.conf", c)}
	})[0]
}

// tlsProxy shows a proxy that is itself reached by TLS, with a certificate
// that no server behind it has.
func tlsProxy(t *testing.T, companion *companionServer, proxy string) {
	dir := t.TempDir()
	trust := certificate(t, dir)
	addr := serve(t, 1, func(ports ...string) []string {
		c := struct{ Dir, TLS, Proxy string }{dir, loopback(ports[0]), proxy}
		return []string{"haproxy", "-db", "-f", configure(t, dir, "tunnel.cfg", c)}
	})[0]
	opts := client.Options{Native: client.NativeOptions{TLSConfig: trust}}
	echoes(t, tunnel{"https://" + addr, &opts}.dial(t, companion.ws()), payloads(65536))
}

// microsocks is the SOCKS5 proxy.
func microsocks(t *testing.T, companion *companionServer) {
	needsAll(t, "microsocks")
	command := func(options ...string) string {
		return serve(t, 1, func(ports ...string) []string {
			return append([]string{"microsocks", "-i", "127.0.0.1", "-p", ports[0]}, options...)
		})[0]
	}
	free, strict := command(), command("-u", user, "-P", password)
	for _, scheme := range []string{"socks5", "socks5h"} {
		t.Run(scheme, func(t *testing.T) { tunnelRows(t, companion, scheme+"://"+free) })
		t.Run(scheme+" with a password", func(t *testing.T) {
			passwordRows(t, companion, scheme, strict)
			t.Run("none", func(t *testing.T) {
				assert.Zero(t, tunnel{scheme + "://" + strict, nil}.refused(t, companion.plain))
			})
			t.Run("wrong", func(t *testing.T) {
				assert.Zero(t, tunnel{scheme + "://amphi:wrong@" + strict, nil}.refused(t, companion.plain))
			})
		})
		t.Run(scheme+", no server", func(t *testing.T) {
			assert.Zero(t, tunnel{scheme + "://" + free, nil}.refused(t, refusing(t)))
		})
	}
}

// A tunnel leads through a proxy.
type tunnel struct {
	proxy string // URL
	opts  *client.Options
}

func (u tunnel) options() client.Options {
	opts := client.Options{}
	if u.opts != nil {
		opts = *u.opts
	}
	opts.Native.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse(u.proxy) }
	return opts
}

func (u tunnel) dial(t *testing.T, s server) *client.Conn {
	t.Helper()
	return s.dial(t, u.options(), "/ws/echo")
}

// refused wants Connect to fail and returns the proxy's status, if it has one.
func (u tunnel) refused(t *testing.T, addr string) (status int) {
	t.Helper()
	opts := u.options()
	_, err := client.Connect(row(t), server("ws://"+addr).url("/ws/echo"), &opts)
	var e *client.ConnectError
	require.ErrorAs(t, err, &e)
	assert.NotContains(t, err.Error(), "wrong", "the password")
	return e.StatusCode
}

func withPassword(scheme, addr string) string {
	return scheme + "://" + user + ":" + password + "@" + addr
}

// tunnelRows are what our client does through any proxy that lets it.
func tunnelRows(t *testing.T, companion *companionServer, proxy string) {
	secure := client.Options{Native: client.NativeOptions{TLSConfig: companion.trust}}
	byName := server("wss://" + strings.Replace(companion.tls, "127.0.0.1", "localhost", 1))
	t.Run("ws", func(t *testing.T) {
		echoes(t, tunnel{proxy, &plain}.dial(t, companion.ws()), sample())
	})
	t.Run("ws, deflate", func(t *testing.T) {
		echoes(t, tunnel{proxy, &everyBytes}.dial(t, companion.ws()), payloads(65536))
	})
	t.Run("wss", func(t *testing.T) {
		echoes(t, tunnel{proxy, &secure}.dial(t, companion.wss()), payloads(65536))
	})
	t.Run("wss by name", func(t *testing.T) {
		echoes(t, tunnel{proxy, &secure}.dial(t, byName), payloads(127))
	})
	t.Run("closed by the server", func(t *testing.T) {
		c := companion.ws().dial(t, tunnel{proxy, nil}.options(), "/ws/burst", "n", "1000")
		texts, err := end(t, c)
		assert.Equal(t, client.CloseNormal, closed(t, err).Code)
		assert.Equal(t, numbers(1000), texts)
	})
	t.Run("no proxy", func(t *testing.T) {
		scheme, _, _ := strings.Cut(proxy, ":")
		opts := tunnel{scheme + "://" + refusing(t), nil}.options()
		_, err := client.Connect(row(t), companion.ws().url("/ws/echo"), &opts)
		assert.ErrorIs(t, err, syscall.ECONNREFUSED)
	})
}

// passwordRows show a proxy that wants one and gets it.
func passwordRows(t *testing.T, companion *companionServer, scheme, proxy string) {
	t.Run("right", func(t *testing.T) {
		c := tunnel{withPassword(scheme, proxy), nil}.dial(t, companion.ws())
		echoOne(t, c, payload{"text", 127})
	})
}

// tunnelledStreams show event streams through the proxy: http by requests for
// a whole URL, https by CONNECT.
func tunnelledStreams(t *testing.T, companion *companionServer, proxy string) {
	for _, to := range []server{server("http://" + companion.plain), server("https://" + companion.tls)} {
		scheme, _, _ := strings.Cut(string(to), ":")
		t.Run(scheme, func(t *testing.T) {
			choose := func(*http.Request) (*url.URL, error) { return url.Parse(proxy) }
			s := streams{to, &http.Transport{Proxy: choose, TLSClientConfig: companion.trust}}
			defer s.transport.CloseIdleConnections()
			counts(t, s.open(t, sse.Options{}, "/sse/count", "n", "10", "drop", "3", "then", "hang"), 10)
		})
	}
}
