package native

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stuck are the moments at which dialling can hang.
var stuck = []struct {
	name, url, proxy string
	dial             func(ctx context.Context, network, addr string) (net.Conn, error)
}{
	{name: "opening the connection", url: "ws://a.test/", dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}},
	{name: "TLS", url: "wss://a.test/"},
	{name: "the opening handshake", url: "ws://a.test/"},
	{name: "CONNECT", url: "ws://a.test/", proxy: "http://proxy.test"},
	{name: "TLS to the proxy", url: "ws://a.test/", proxy: "https://proxy.test"},
	{name: "SOCKS", url: "ws://a.test/", proxy: "socks5h://proxy.test"},
}

func stuckOptions(i int) *Options {
	h := &hosts{serve: map[string]func(net.Conn){
		"a.test:80": silent, "a.test:443": silent,
		"proxy.test:80": silent, "proxy.test:443": silent, "proxy.test:1080": silent,
	}}
	o := h.options()
	if stuck[i].dial != nil {
		o.DialContext = stuck[i].dial
	}
	if stuck[i].proxy != "" {
		o.Proxy = throughProxy(stuck[i].proxy)
	}
	return o
}

func TestDialEndsWithItsContext(t *testing.T) {
	for i, test := range stuck {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Minute, cancel)
				start := time.Now()
				_, err := Dial(ctx, config(test.url), stuckOptions(i))
				require.ErrorIs(t, err, context.Canceled)
				assert.Equal(t, time.Minute, time.Since(start), "at once")
			})
		})
	}
}

func TestDialEndsWithHandshakeTimeout(t *testing.T) {
	for i, test := range stuck[1:] {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := stuckOptions(i + 1)
				o.HandshakeTimeout = 3 * time.Second
				start := time.Now()
				_, err := Dial(t.Context(), config(test.url), o)
				require.Error(t, err)
				assert.Equal(t, 3*time.Second, time.Since(start))
				assert.False(t, errors.Is(err, context.DeadlineExceeded), "ctx had no deadline: %v", err)
			})
		})
	}
}

// A proxy's handshake and what goes through its tunnel share it.
func TestHandshakeTimeoutIsForAllOfIt(t *testing.T) {
	for _, scheme := range []string{"ws", "wss"} {
		synctest.Test(t, func(t *testing.T) {
			h := &hosts{serve: map[string]func(net.Conn){"proxy.test:80": func(nc net.Conn) {
				time.Sleep(2 * time.Second)
				io.WriteString(nc, "HTTP/1.1 200 OK\r\n\r\n")
				silent(nc)
			}}}
			o := h.options()
			o.Proxy, o.HandshakeTimeout = throughProxy("http://proxy.test"), 3*time.Second
			start := time.Now()
			assert.ErrorIs(t, dialAndClose(t, config(scheme+"://a.test/"), o), errHandshakeTimeout)
			assert.Equal(t, 3*time.Second, time.Since(start))
		})
	}
}

func TestDialWithAContextThatHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := Dial(ctx, config("ws://a.test/"), stuckOptions(2))
		require.ErrorIs(t, err, context.Canceled)
	})
}

func TestTLSConfigIsClonedAndSpeaksHTTP1(t *testing.T) {
	theirs := &tls.Config{NextProtos: []string{"h2", "http/1.1"}}
	ours := tlsConfig(theirs, "server.test")
	assert.Equal(t, "server.test", ours.ServerName)
	assert.Equal(t, []string{"http/1.1"}, ours.NextProtos)
	assert.Empty(t, theirs.ServerName)
	assert.Equal(t, []string{"h2", "http/1.1"}, theirs.NextProtos)
	assert.Equal(t, "other.test", tlsConfig(&tls.Config{ServerName: "other.test"}, "server.test").ServerName)
	assert.Equal(t, "server.test", tlsConfig(nil, "server.test").ServerName)
}

func TestAddressAndHostField(t *testing.T) {
	for _, test := range []struct{ url, address, host string }{
		{"ws://server.test", "server.test:80", "server.test"},
		{"wss://server.test/x", "server.test:443", "server.test"},
		{"ws://server.test:80", "server.test:80", "server.test"},
		{"wss://server.test:443", "server.test:443", "server.test"},
		{"ws://server.test:443", "server.test:443", "server.test:443"},
		{"wss://server.test:8080", "server.test:8080", "server.test:8080"},
		{"ws://[2001:db8::1]/", "[2001:db8::1]:80", "[2001:db8::1]"},
		{"ws://[2001:db8::1]:8080/", "[2001:db8::1]:8080", "[2001:db8::1]:8080"},
		{"ws://[fe80::1%25eth0]/", "[fe80::1%eth0]:80", "[fe80::1]"},
		{"ws://[fe80::1%25eth0]:8080/", "[fe80::1%eth0]:8080", "[fe80::1]:8080"},
	} {
		u := mustURL(t, test.url)
		assert.Equal(t, test.address, address(u), test.url)
		assert.Equal(t, test.host, hostField(u), test.url)
	}
}

// A connection that the server ends, or fills with other things, in the middle
// of the handshake.
func TestDialOfWhatIsNoWebSocketServer(t *testing.T) {
	for _, test := range []struct{ name, response string }{
		{"nothing", ""},
		{"half a status line", "HTTP/1.1 10"},
		{"another protocol", "SSH-2.0-OpenSSH_9.2\r\n"},
		{"a header without end", "HTTP/1.1 101 X\r\n" + strings.Repeat("A: b\r\n", 20_000)},
		{"a line without end", "HTTP/1.1 101 X\r\nA: " + strings.Repeat("b", 100_000)},
		{"101 and nothing more", "HTTP/1.1 101 X\r\n\r\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked requests
				h := &hosts{serve: map[string]func(net.Conn){"a.test:80": asked.answering(test.response)}}
				require.Error(t, dialAndClose(t, config("ws://a.test/"), h.options()))
			})
		})
	}
}

func TestDialContextThatReturnsNothing(t *testing.T) {
	for name, proxy := range map[string]func(*url.URL) (*url.URL, error){
		"direct": noProxy, "HTTP proxy": throughProxy("http://proxy.test"), "SOCKS proxy": throughProxy("socks5h://proxy.test"),
	} {
		o := &Options{Proxy: proxy, DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, nil }}
		assert.ErrorIs(t, dialAndClose(t, config("ws://a.test/"), o), errNoConn, name)
	}
}
