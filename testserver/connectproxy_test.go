package testserver

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// through returns the body of a GET by net/http's own client, by way of proxy.
func through(t *testing.T, proxy *url.URL, target string, roots ...*x509.Certificate) (string, error) {
	t.Helper()
	pool := x509.NewCertPool()
	for _, root := range roots {
		pool.AddCert(root)
	}
	transport := &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: pool}}
	defer transport.CloseIdleConnections()
	resp, err := (&http.Client{Transport: transport}).Get(target)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

func TestConnectProxyOpensTunnels(t *testing.T) {
	server := NewTLS(t)
	for name, start := range map[string]func(testing.TB, *TunnelOptions) *ConnectProxy{"http": NewConnectProxy, "https": NewConnectProxyTLS} {
		for user, opts := range map[string]*TunnelOptions{"": nil, "gandalf": {User: "gandalf", Password: "me:llon"}} {
			t.Run(name+" for user "+user, func(t *testing.T) {
				p := start(t, opts)
				require.Equal(t, name, p.URL().Scheme)
				require.Equal(t, name == "https", p.TLSConfig() != nil)
				roots := []*x509.Certificate{server.root}
				if p.root != nil {
					roots = append(roots, p.root)
				}
				body, err := through(t, p.URL(), server.URL()+"/healthz", roots...)
				require.NoError(t, err)
				assert.Equal(t, "ok", body[:2])
				require.Len(t, p.Asked(), 1)
				asked := p.Asked()[0]
				assert.Equal(t, server.host(), asked.Target)
				assert.Equal(t, user, asked.User)
				if opts != nil {
					assert.Equal(t, opts.Password, asked.Password)
				}
			})
		}
	}
}

// RFC 9110, section 15.5.8: 407 comes with a Proxy-Authenticate field.
func TestConnectProxyRefuses(t *testing.T) {
	broken := func(context.Context, string) (net.Conn, error) { return nil, errors.New("no route") }
	for name, c := range map[string]struct {
		opts   *TunnelOptions
		head   string
		status int
		field  string
	}{
		"without credentials":    {&TunnelOptions{User: "a", Password: "b"}, "CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n", 407, "Proxy-Authenticate"},
		"with wrong credentials": {&TunnelOptions{User: "a", Password: "b"}, "CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\nProxy-Authorization: Basic YTpj\r\n\r\n", 407, "Proxy-Authenticate"},
		"another method":         {nil, "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 405, "Allow"},
		"nobody there":           {&TunnelOptions{Dial: broken}, "CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n", 502, "Connection"},
	} {
		t.Run(name, func(t *testing.T) {
			p := NewConnectProxy(t, c.opts)
			conn := dialTunnels(t, p.URL())
			conn.write(c.head)
			resp, err := http.ReadResponse(conn.r, nil)
			require.NoError(t, err)
			assert.Equal(t, c.status, resp.StatusCode)
			assert.True(t, resp.Header.Get(c.field) != "" || resp.Close)
			require.Len(t, p.Asked(), 1)
		})
	}
}

// dialTunnels is a raw client of a proxy.
func dialTunnels(t *testing.T, u *url.URL) *client {
	t.Helper()
	conn, err := net.Dial("tcp", u.Host)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	return &client{t, conn, bufio.NewReader(conn)}
}

// What the client sends behind its request belongs into the tunnel, and names
// go where Dial leads.
func TestConnectProxyPassesOnWhatComesEarly(t *testing.T) {
	server := New(t)
	var asked string
	p := NewConnectProxy(t, &TunnelOptions{Dial: func(_ context.Context, addr string) (net.Conn, error) {
		asked = addr
		return net.Dial("tcp", server.host())
	}})
	c := dialTunnels(t, p.URL())
	c.write("CONNECT name.test:80 HTTP/1.1\r\nHost: name.test:80\r\n\r\n" + handshakeRequest("/ws/echo") + masked(text, "early"))
	status, _ := c.head()
	require.Equal(t, "HTTP/1.1 200 Connection established", status)
	status, _ = c.head()
	require.Equal(t, "HTTP/1.1 101 Switching Protocols", status)
	c.want(text, "early")
	c.close()
	assert.Equal(t, "name.test:80", asked)
}

func TestTunnelsAreDropped(t *testing.T) {
	server := New(t)
	p := NewConnectProxy(t, nil)
	c := dialTunnels(t, p.URL())
	c.write("CONNECT " + server.host() + " HTTP/1.1\r\nHost: x\r\n\r\n")
	_, _ = c.head()
	c.write(handshakeRequest("/ws/echo"))
	_, _ = c.head()
	p.DropAll()
	c.wantReset()
	p.Close()
	p.Close()
	_, err := net.Dial("tcp", p.URL().Host)
	assert.Error(t, err)
}
