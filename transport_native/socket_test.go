package native

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http/httptest"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/memnet"
	"github.com/amphiwire/amphiwire/internal/rfc6455"
)

// testTLS runs f in a bubble with a connection over TLS. The peer reads nothing
// after the handshake; server is its end.
func testTLS(t *testing.T, f func(p *peer, server *tls.Conn), settings ...setting) {
	t.Helper()
	certified := httptest.NewTLSServer(nil)
	certified.Close()
	synctest.Test(t, func(t *testing.T) {
		near, far := memnet.Pipe()
		p := &peer{t: t, nc: far, near: near}
		server := tls.Server(far, certified.TLS)
		go answerHandshake(server)
		cfg, o := config("wss://peer.test/"), &Options{
			DialContext: func(context.Context, string, string) (net.Conn, error) { return near, nil },
			Proxy:       func(*url.URL) (*url.URL, error) { return nil, nil },
			TLSConfig:   &tls.Config{InsecureSkipVerify: true},
		}
		for _, set := range settings {
			set(cfg, o)
		}
		c, err := Dial(t.Context(), cfg, o)
		require.NoError(t, err)
		p.c = c.(*Conn)
		f(p, server)
		far.Close()
		p.c.Close(1000, "")
	})
}

// noRoom makes the network's buffer full as it is.
func (p *peer) noRoom() {
	p.hold()
	p.nc.SetReadBuffer(1)
}

func TestOverTLSEverythingIsBoundedIfThePeerDoesNotRead(t *testing.T) {
	// Package crypto/tls, of SetWriteDeadline: "After a Write has timed out, the
	// TLS state is corrupt and all future writes will return the same error."
	t.Run("a cancelled Send, which cannot be taken back", func(t *testing.T) {
		testTLS(t, func(p *peer, _ *tls.Conn) {
			p.sendText(p.t.Context(), "x").want("Send")
			p.noRoom()
			wantBroken(p, "x")
		})
	})
	t.Run("Close", func(t *testing.T) {
		testTLS(t, func(p *peer, _ *tls.Conn) {
			p.hold()
			c := p.close(1000, "")
			c.wantBlocked("the Close frame is out, no answer has come")
			p.noRoom()
			p.after(time.Second)
			c.wantErr("Close", context.DeadlineExceeded)
		}, closeTimeout(time.Second))
	})
	t.Run("Close without waiting", func(t *testing.T) {
		testTLS(t, func(p *peer, _ *tls.Conn) {
			p.sendText(p.t.Context(), "x").want("Send")
			p.noRoom()
			c := p.close(1000, "")
			p.after(minCloseTimeout)
			c.wantErr("Close", context.DeadlineExceeded)
		}, closeTimeout(1))
	})
	t.Run("the end of a silent connection", func(t *testing.T) {
		testTLS(t, func(p *peer, _ *tls.Conn) {
			p.sendText(p.t.Context(), "x").want("Send")
			p.noRoom()
			r := p.receive(p.t.Context())
			p.after(20 * time.Second)
			r.wantErr("Receive", errSilent)
			c := p.close(1000, "")
			c.want("nothing is left to wait for")
			assert.Zero(p.t, c.took)
		}, keepalivePeriods(10*time.Second, 10*time.Second))
	})
	t.Run("the answer to a Close frame", func(t *testing.T) {
		testTLS(t, func(p *peer, server *tls.Conn) {
			p.hold()
			_, err := server.Write(closing(1000, ""))
			require.NoError(p.t, err)
			p.after(2 * pumpDelay)
			p.noRoom()
			c := p.close(1000, "")
			p.after(lingerTimeout)
			c.want("Close")
		})
	})
}

// RFC 8446, section 6.1: "Each party MUST send a "close_notify" alert before
// closing its write side of the connection, unless it has already sent some
// error alert." crypto/tls makes io.EOF of it, and an error of its absence.
func TestCloseEndsTLSInOrder(t *testing.T) {
	testTLS(t, func(p *peer, server *tls.Conn) {
		c := p.close(1000, "")
		rd := reader{nc: server, rx: rfc6455.Receiver{Role: rfc6455.Server}}
		_, err := rd.next(nil)
		require.Equal(p.t, errControl, err)
		_, err = server.Write(closing(1000, ""))
		require.NoError(p.t, err)
		require.NoError(p.t, server.CloseWrite())
		n, err := server.Read(make([]byte, 1))
		assert.Zero(p.t, n)
		assert.Equal(p.t, io.EOF, err)
		c.want("Close")
	})
}

func TestSocket(t *testing.T) {
	near, _ := memnet.Pipe()
	var nc net.Conn = near
	assert.Same(t, near, socket(nc))
	nc = tls.Client(&prefixed{Conn: tls.Client(nc, &tls.Config{})}, &tls.Config{})
	assert.Same(t, near, socket(nc), "under all layers")
}
