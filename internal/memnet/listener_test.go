package memnet

import (
	"context"
	"io"
	"net"
	"net/http"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func dial(t *testing.T, l *Listener) *Conn {
	t.Helper()
	c, err := l.Dial(t.Context(), "tcp", "example.com:80")
	require.NoError(t, err)
	return c.(*Conn)
}

func TestDialAndAcceptMakeAPair(t *testing.T) {
	l := Listen()
	c1, c2 := dial(t, l), dial(t, l)
	for _, c := range []*Conn{c1, c2} {
		s, err := l.Accept()
		require.NoError(t, err)
		send(t, c, "to the server")
		assert.Equal(t, "to the server", text(t, s.(*Conn)))
		assert.Equal(t, c.LocalAddr(), s.RemoteAddr())
		assert.Equal(t, "example.com:80", c.RemoteAddr().String())
	}
	assert.NotEqual(t, c1.LocalAddr(), c2.LocalAddr())
}

func TestAcceptWaitsForDial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Listen()
		accepted := start(func() error { _, err := l.Accept(); return err })
		time.Sleep(time.Hour)
		dial(t, l)
		assert.NoError(t, accepted())
	})
}

func TestClosingAListener(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Listen()
		live := dial(t, l)
		_, err := l.Accept()
		require.NoError(t, err)
		waiting := [2]func() error{}
		for i := range waiting {
			waiting[i] = start(func() error { _, err := l.Accept(); return err })
		}
		synctest.Wait()
		require.NoError(t, l.Close())

		for _, w := range waiting {
			assert.ErrorIs(t, w(), net.ErrClosed)
		}
		_, err = l.Accept()
		assert.ErrorIs(t, err, net.ErrClosed)
		_, err = l.Dial(t.Context(), "tcp", "example.com:80")
		assert.ErrorIs(t, err, syscall.ECONNREFUSED)
		assert.ErrorIs(t, l.Close(), net.ErrClosed)
		send(t, live, "still open")
	})
}

func TestClosingAListenerResetsWhoWasNotAccepted(t *testing.T) {
	l := Listen()
	c := dial(t, l)
	require.NoError(t, l.Close())
	expect(t, c, "of the dialler", syscall.ECONNRESET, syscall.ECONNRESET)
}

func TestDialObeysItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Listen().Dial(ctx, "tcp", "example.com:80")
	assert.ErrorIs(t, err, context.Canceled)
}

func TestServesPackageHTTP(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Listen()
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, "hello "+r.Host)
		})}
		served := start(func() error { return server.Serve(l) })
		transport := &http.Transport{DialContext: l.Dial}
		resp, err := (&http.Client{Transport: transport}).Get("http://example.com/")
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		assert.Equal(t, "hello example.com", string(body))

		transport.CloseIdleConnections()
		require.NoError(t, server.Close())
		assert.ErrorIs(t, served(), http.ErrServerClosed)
		assert.Equal(t, listenAddr, l.Addr())
	})
}
