//go:build !js

package suite

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/client"
	"github.com/amphiwire/amphiwire/testserver"
)

// TestConnectEndsWithItsContextInEveryPhase cancels Connect when it waits for
// a peer that accepts connections and says nothing.
func TestConnectEndsWithItsContextInEveryPhase(t *testing.T) {
	for _, phase := range []struct{ name, url, proxy string }{
		{"the opening handshake", "ws://{silent}/", ""},
		{"the TLS handshake", "wss://{silent}/", ""},
		{"an HTTP proxy", "ws://host.test/", "http://{silent}"},
		{"TLS with a proxy", "ws://host.test/", "https://{silent}"},
		{"a SOCKS5 proxy", "ws://host.test/", "socks5h://{silent}"},
		{"a redirect's target", "{redirect}ws://{silent}/", ""},
	} {
		t.Run(phase.name, func(t *testing.T) {
			silent, accepted := listenSilently(t)
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				<-accepted
				cancel()
			}()
			redirect := testserver.New(t).WSURL() + "/ws/redirect?to="
			fill := func(s string) string {
				return strings.NewReplacer("{silent}", silent, "{redirect}", redirect).Replace(s)
			}
			o := client.NativeOptions{Proxy: proxyTo(t, fill(phase.proxy))}
			_, err := connectWithin(t, ctx, fill(phase.url), &client.Options{Native: o})
			assert.ErrorIs(t, err, context.Canceled)
		})
	}
}

// connectWithin fails the test if Connect does not return for long.
func connectWithin(t *testing.T, ctx context.Context, url string, o *client.Options) (*client.Conn, error) {
	t.Helper()
	type result struct {
		c   *client.Conn
		err error
	}
	done := make(chan result, 1)
	go func() {
		c, err := client.Connect(ctx, url, o)
		done <- result{c, err}
	}()
	select {
	case r := <-done:
		return r.c, r.err
	case <-time.After(10 * time.Second):
		t.Fatal("Connect does not return")
		return nil, nil
	}
}

// listenSilently returns the address of a listener whose connections are kept
// open without a word, and what is closed at the first.
func listenSilently(t *testing.T) (addr string, accepted <-chan struct{}) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	first, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for n := 0; ; n++ {
			nc, err := listener.Accept()
			if err != nil {
				return
			}
			defer nc.Close()
			if n == 0 {
				close(first)
			}
		}
	}()
	t.Cleanup(func() {
		listener.Close()
		<-done
	})
	return listener.Addr().String(), first
}

func proxyTo(t *testing.T, proxy string) func(*http.Request) (*url.URL, error) {
	t.Helper()
	if proxy == "" {
		return func(*http.Request) (*url.URL, error) { return nil, nil }
	}
	u, err := url.Parse(proxy)
	require.NoError(t, err)
	return func(*http.Request) (*url.URL, error) { return u, nil }
}
