//go:build !js

package suite

import (
	"crypto/tls"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/client"
	"github.com/amphiwire/amphiwire/testserver"
)

// patient is how long a connection may take to come back. It is no measure of
// anything.
const patient = 20 * time.Second

// again dials at once, so that a test takes no longer than it must.
func again(config *tls.Config) *client.Options {
	return &client.Options{
		CloseTimeout: time.Second,
		Reconnect:    &client.Reconnect{FirstDelay: -1, BaseDelay: time.Millisecond, MaxDelay: 5 * time.Millisecond, StablePeriod: -1, DialTimeout: time.Second},
		Native:       client.NativeOptions{TLSConfig: config},
	}
}

// echoesAgain sends until something comes back: what was on its way when a
// connection broke is not sent again.
func echoesAgain(t *testing.T, c *client.Conn) {
	t.Helper()
	heard := make(chan error, 1)
	go func() {
		_, err := c.Receive(t.Context())
		heard <- err
	}()
	for range int(patient / (10 * time.Millisecond)) {
		_ = c.Send(t.Context(), client.Text("again"))
		select {
		case err := <-heard:
			require.NoError(t, err)
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Fatal("nothing comes back")
}

func hostOf(t *testing.T, base string) string {
	t.Helper()
	u, err := url.Parse(base)
	require.NoError(t, err)
	return u.Host
}

// Some of the cuts are in the middle of TLS's handshake, some in that of the
// WebSocket, some behind both.
func TestCutsInsideTLS(t *testing.T) {
	s := testserver.NewTLS(t)
	p := testserver.NewProxy(t, hostOf(t, s.URL()), &testserver.ProxyOptions{CutAfter: 6000})
	var c *client.Conn
	require.Eventually(t, func() bool {
		var err error
		c, err = client.Connect(t.Context(), "wss://"+p.Addr()+"/ws/echo", again(s.TLSConfig()))
		return err == nil
	}, patient, time.Millisecond)
	defer c.Close()
	for c.Stats().Reconnects < 20 {
		echoesAgain(t, c)
	}
	assert.Greater(t, int64(p.Accepted()), 1+c.Stats().Reconnects, "some of them never became a connection")
}

// A handshake of TLS that stops in the middle: the proxy has taken the
// connection and swallows the rest.
func TestSilenceInsideTLS(t *testing.T) {
	s := testserver.NewTLS(t)
	p := testserver.NewProxy(t, hostOf(t, s.URL()), nil)
	c, err := client.Connect(t.Context(), "wss://"+p.Addr()+"/ws/echo", again(s.TLSConfig()))
	require.NoError(t, err)
	defer c.Close()
	p.Silence(true)
	p.Cut() // the next dial finds a proxy that says nothing, until DialTimeout
	before := p.Accepted()
	require.Eventually(t, func() bool { return p.Accepted() > before+1 }, patient, time.Millisecond)
	p.Silence(false)
	p.Cut()
	echoesAgain(t, c)
}

// A middlebox is a TCP server that does something to each connection, and
// passes those on for which nothing is left to do.
type middlebox struct {
	net.Listener
	target string
	mu     sync.Mutex
	left   []func(t *testing.T, client, server *net.TCPConn)
}

func (m *middlebox) next() func(t *testing.T, client, server *net.TCPConn) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.left) == 0 {
		return pass
	}
	f := m.left[0]
	m.left = m.left[1:]
	return f
}

// between starts one in front of target. It leaves nothing behind.
func between(t *testing.T, target string, left ...func(t *testing.T, client, server *net.TCPConn)) *middlebox {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	m := &middlebox{Listener: l, target: target, left: left}
	var served sync.WaitGroup
	served.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			served.Go(func() {
				defer c.Close()
				server, err := net.Dial("tcp", m.target)
				if err == nil {
					defer server.Close()
					m.next()(t, c.(*net.TCPConn), server.(*net.TCPConn))
				}
			})
		}
	})
	t.Cleanup(func() { l.Close(); served.Wait() })
	return m
}

// pass passes everything on until one side ends.
func pass(_ *testing.T, client, server *net.TCPConn) {
	var both sync.WaitGroup
	both.Go(func() { _, _ = io.Copy(server, client); server.CloseWrite() })
	both.Go(func() { _, _ = io.Copy(client, server); client.CloseWrite() })
	both.Wait()
}

// TestMiddleboxes lets each of them have a connection of a Conn, which then
// makes another.
func TestMiddleboxes(t *testing.T) {
	s := testserver.New(t)
	for name, does := range map[string]func(t *testing.T, client, server *net.TCPConn){
		"half a handshake, and FIN": func(_ *testing.T, client, _ *net.TCPConn) { io.WriteString(client, "HTTP/1.1 101 Switch") },
		"half a handshake, and RST": func(_ *testing.T, client, _ *net.TCPConn) {
			io.WriteString(client, "HTTP/1.1 101 Switch")
			client.SetLinger(0)
		},
		"HTML of HTTP/1.0, with a body up to FIN": func(_ *testing.T, client, _ *net.TCPConn) {
			io.WriteString(client, "HTTP/1.0 502 Bad Gateway\r\nContent-Type: text/html\r\n\r\n<html>Bad Gateway</html>")
		},
		"HTML whose length is a lie": func(_ *testing.T, client, _ *net.TCPConn) {
			io.WriteString(client, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 1000000\r\n\r\n<html>")
		},
		"FIN toward the client alone": func(_ *testing.T, client, server *net.TCPConn) {
			buf := make([]byte, 4096)
			n, _ := client.Read(buf)
			server.Write(buf[:n])
			n, _ = server.Read(buf) // the 101
			client.Write(buf[:n])
			client.CloseWrite()
			io.Copy(io.Discard, client) // and it goes on to read, which is no sign of life
		},
		"FIN toward the server alone": func(_ *testing.T, client, server *net.TCPConn) {
			buf := make([]byte, 4096)
			n, _ := client.Read(buf)
			server.Write(buf[:n])
			server.CloseWrite()
			io.Copy(client, server)
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := between(t, hostOf(t, s.URL()), pass, does, does)
			c, err := client.Connect(t.Context(), "ws://"+m.Addr().String()+"/ws/echo", again(nil))
			require.NoError(t, err)
			defer c.Close()
			s.DropAll()
			require.Eventually(t, func() bool {
				m.mu.Lock()
				defer m.mu.Unlock()
				return len(m.left) == 0
			}, patient, time.Millisecond)
			echoesAgain(t, c)
		})
	}
}
