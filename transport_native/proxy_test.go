package native

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/transport"
)

func mustURL(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	require.NoError(t, err)
	return u
}

// connectProxy is an HTTP proxy that opens tunnels into h.
func connectProxy(h *hosts, asked *requests, wantAuth string) func(net.Conn) {
	return func(nc net.Conn) {
		req, err := http.ReadRequest(bufio.NewReader(nc))
		if err != nil {
			return
		}
		asked.add(req)
		if req.Header.Get("Proxy-Authorization") != wantAuth {
			io.WriteString(nc, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 4\r\n\r\nwho?")
			return
		}
		far, err := h.dial(nil, "", req.Host)
		if err != nil {
			io.WriteString(nc, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
			return
		}
		io.WriteString(nc, "HTTP/1.1 200 Connection established\r\n\r\n")
		splice(nc, far)
	}
}

func splice(a, b net.Conn) {
	go func() {
		io.Copy(b, a)
		b.Close()
	}()
	io.Copy(a, b)
	a.Close()
}

func TestProxyByCONNECT(t *testing.T) {
	for _, test := range []struct{ name, proxy, auth string }{
		{"without credentials", "http://proxy.test:3128", ""},
		{"with credentials", "http://user:pass@proxy.test:3128", "Basic dXNlcjpwYXNz"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var toProxy, toServer requests
				h := &hosts{serve: map[string]func(net.Conn){"server.test:80": toServer.accepting}}
				h.serve["proxy.test:3128"] = connectProxy(h, &toProxy, test.auth)
				o := h.options()
				o.Proxy = throughProxy(test.proxy)
				require.NoError(t, dialAndClose(t, config("ws://server.test/x"), o))
				// RFC 6455, section 4.1: a client behind a proxy "SHOULD …
				// connect to that proxy and ask it to open a TCP connection to
				// the host given by /host/ and the port given by /port/".
				assert.Equal(t, "CONNECT", toProxy.list[0].Method)
				assert.Equal(t, "server.test:80", toProxy.list[0].RequestURI)
				assert.Equal(t, "/x", toServer.list[0].RequestURI)
				assert.Empty(t, toServer.list[0].Header.Get("Proxy-Authorization"), "the proxy's alone")
			})
		})
	}
}

func TestProxyThatRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked requests
		h := &hosts{serve: map[string]func(net.Conn){}}
		h.serve["proxy.test:80"] = connectProxy(h, &asked, "Basic other")
		o := h.options()
		o.Proxy = throughProxy("http://user:secret@proxy.test")
		err := dialAndClose(t, config("ws://server.test/"), o)
		var refusal *transport.HandshakeError
		require.ErrorAs(t, err, &refusal)
		assert.Equal(t, 407, refusal.StatusCode)
		assert.Equal(t, "who?", string(refusal.Body))
		assert.NotContains(t, err.Error(), "secret")
	})
}

// A proxy has no say in which server is reached: RFC 9110, section 9.3.6, knows
// only 2xx as an answer to CONNECT that leads on. A redirect by an untrusted
// proxy would lead from one server to another, whatever TLS protects.
func TestProxyThatRedirects(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		synctest.Test(t, func(t *testing.T) {
			var asked, elsewhere requests
			h := &hosts{serve: map[string]func(net.Conn){
				"proxy.test:80":      asked.answering(redirectTo(status, "wss://elsewhere.test/")),
				"elsewhere.test:443": elsewhere.accepting,
			}}
			o := h.options()
			o.Proxy = throughProxy("http://proxy.test")
			err := dialAndClose(t, config("wss://server.test/"), o)
			var refusal *transport.HandshakeError
			require.ErrorAs(t, err, &refusal)
			assert.Equal(t, status, refusal.StatusCode)
			assert.ErrorContains(t, err, "proxy http://proxy.test")
			assert.Len(t, asked.list, 1, "the proxy is not asked again")
			assert.Equal(t, []string{"proxy.test:80"}, h.dialled)
		})
	}
}

// A server that speaks first may have its bytes arrive with the proxy's answer.
func TestProxyBytesBehindTheAnswerAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked requests
		near, far := net.Pipe()
		go asked.answering("HTTP/1.1 200 OK\r\n\r\nfirst")(far)
		nc, err := connect(near, mustURL(t, "http://proxy.test"), "server.test:80")
		require.NoError(t, err)
		got := make([]byte, 5)
		_, err = io.ReadFull(nc, got)
		require.NoError(t, err)
		assert.Equal(t, "first", string(got))
		near.Close()
		far.Close()
	})
}

// socksProxy is a SOCKS5 proxy (RFC 1928) that opens tunnels into h.
func socksProxy(h *hosts, user, password string) func(net.Conn) {
	return func(nc net.Conn) {
		addr, err := socksHandshake(nc, user, password)
		if err != nil {
			return
		}
		far, err := h.dial(nil, "", addr)
		if err != nil {
			nc.Write([]byte{5, 4, 0, 1, 0, 0, 0, 0, 0, 0}) // host unreachable
			return
		}
		nc.Write([]byte{5, 0, 0, 1, 127, 0, 0, 1, 0, 80})
		splice(nc, far)
	}
}

func socksHandshake(nc net.Conn, user, password string) (addr string, err error) {
	read := func(n int) []byte {
		p := make([]byte, n)
		if _, rerr := io.ReadFull(nc, p); rerr != nil {
			err = errors.Join(err, rerr)
		}
		return p
	}
	read(int(read(2)[1])) // version, methods
	if user == "" {
		nc.Write([]byte{5, 0})
	} else {
		nc.Write([]byte{5, 2})
		name := read(int(read(2)[1]))
		word := read(int(read(1)[0]))
		if string(name) != user || string(word) != password {
			nc.Write([]byte{1, 1})
			return "", errors.New("wrong password")
		}
		nc.Write([]byte{1, 0})
	}
	var host string
	switch read(4)[3] { // version, command, reserved, address type
	case 1:
		host = net.IP(read(4)).String()
	case 3:
		host = string(read(int(read(1)[0])))
	case 4:
		host = net.IP(read(16)).String()
	}
	port := binary.BigEndian.Uint16(read(2))
	return net.JoinHostPort(host, strconv.Itoa(int(port))), err
}

func TestProxyBySOCKS5(t *testing.T) {
	for _, test := range []struct {
		name, proxy, user, password, server string
		ok                                  bool
	}{
		{"socks5h: the proxy resolves names", "socks5h://proxy.test", "", "", "server.test", true},
		{"socks5: an address as it is", "socks5://proxy.test:1080", "", "", "192.0.2.7", true},
		{"with credentials", "socks5h://me:pw@proxy.test", "me", "pw", "server.test", true},
		{"with wrong credentials", "socks5h://me:no@proxy.test", "me", "pw", "server.test", false},
		{"an unreachable host", "socks5h://proxy.test", "", "", "nowhere.test", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked requests
				h := &hosts{serve: map[string]func(net.Conn){
					"server.test:80": asked.accepting, "192.0.2.7:80": asked.accepting,
				}}
				h.serve["proxy.test:1080"] = socksProxy(h, test.user, test.password)
				o := h.options()
				o.Proxy = throughProxy(test.proxy)
				err := dialAndClose(t, config("ws://"+test.server+"/"), o)
				if !test.ok {
					require.Error(t, err)
					assert.Empty(t, asked.list)
					return
				}
				require.NoError(t, err)
				assert.Equal(t, test.server, asked.list[0].Host)
			})
		})
	}
}

func TestProxyOfTheEnvironment(t *testing.T) {
	for _, test := range []struct {
		name, url, want string
		env             map[string]string
	}{
		{"none", "http://server.test", "", nil},
		{"HTTP_PROXY for ws", "http://server.test", "http://p1.test", map[string]string{"HTTP_PROXY": "http://p1.test"}},
		{"HTTPS_PROXY for wss", "https://server.test", "http://p2.test", map[string]string{"HTTP_PROXY": "http://p1.test", "HTTPS_PROXY": "http://p2.test"}},
		{"ALL_PROXY where there is no other", "https://server.test", "socks5://p3.test", map[string]string{"HTTP_PROXY": "http://p1.test", "ALL_PROXY": "socks5://p3.test"}},
		{"lower case", "http://server.test", "http://p4.test", map[string]string{"http_proxy": "http://p4.test"}},
		{"NO_PROXY", "http://server.test", "", map[string]string{"ALL_PROXY": "http://p1.test", "NO_PROXY": ".test"}},
		{"loopback is never proxied", "http://127.0.0.1:80", "", map[string]string{"ALL_PROXY": "http://p1.test"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"} {
				t.Setenv(name, test.env[name])
			}
			got, err := environment(mustURL(t, test.url))
			require.NoError(t, err)
			if test.want == "" {
				require.Nil(t, got)
				return
			}
			require.Equal(t, test.want, got.String())
		})
	}
}

func TestProxyOfAnUnknownScheme(t *testing.T) {
	_, err := proxyFor(mustURL(t, "ws://server.test"), &Options{Proxy: throughProxy("gopher://proxy.test")})
	require.Error(t, err)
}
