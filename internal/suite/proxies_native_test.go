//go:build !js

package suite

import (
	"crypto/tls"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/client"
	"github.com/amphiwire/amphiwire/testserver"
)

// A helper is one of the companion server's proxies.
type helper struct {
	url   func() *url.URL
	asked func() []testserver.Asked
	tls   *tls.Config // for a client that trusts the proxy
}

var helpers = map[string]func(t *testing.T, o *testserver.TunnelOptions) helper{
	"CONNECT": func(t *testing.T, o *testserver.TunnelOptions) helper {
		p := testserver.NewConnectProxy(t, o)
		return helper{p.URL, p.Asked, nil}
	},
	"CONNECT over TLS": func(t *testing.T, o *testserver.TunnelOptions) helper {
		p := testserver.NewConnectProxyTLS(t, o)
		return helper{p.URL, p.Asked, p.TLSConfig()}
	},
	"SOCKS5": func(t *testing.T, o *testserver.TunnelOptions) helper {
		p := testserver.NewSOCKSProxy(t, o)
		return helper{p.URL, p.Asked, nil}
	},
}

var guarded = &testserver.TunnelOptions{User: "gandalf", Password: "mellon"}

func TestThroughEachProxy(t *testing.T) {
	plain, secure := testserver.New(t), testserver.NewTLS(t)
	for name, start := range helpers {
		for who, options := range map[string]*testserver.TunnelOptions{"open to all": nil, "that asks for a password": guarded} {
			t.Run(name+", "+who, func(t *testing.T) {
				proxy := start(t, options)
				servers := []*testserver.Server{plain, secure}
				if proxy.tls != nil {
					servers = servers[:1] // the other's certificate is not the proxy's
				}
				for _, s := range servers {
					o := client.NativeOptions{Proxy: proxyTo(t, proxy.url().String()), TLSConfig: proxy.tls}
					if o.TLSConfig == nil {
						o.TLSConfig = s.TLSConfig()
					}
					echoOnce(t, s.WSURL()+"/ws/echo", o)
				}
				require.Len(t, proxy.asked(), len(servers), "nothing goes around the proxy")
				if options != nil {
					assert.Equal(t, options.User, proxy.asked()[0].User)
				}
			})
		}
	}
}

func echoOnce(t *testing.T, url string, o client.NativeOptions) {
	t.Helper()
	c, err := client.Connect(t.Context(), url, &client.Options{Native: o})
	require.NoError(t, err)
	require.NoError(t, c.Send(t.Context(), client.Text("through")))
	m, err := c.Receive(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "through", string(m.Data))
	assert.NoError(t, c.Close())
}

// A proxy that refuses is told apart from a server that does, and its password
// is not in the error.
func TestAProxyThatRefuses(t *testing.T) {
	s := testserver.New(t)
	for name, start := range helpers {
		t.Run(name, func(t *testing.T) {
			proxy := start(t, guarded)
			wrong := proxy.url()
			wrong.User = url.UserPassword("saruman", "isengard")
			_, err := client.Connect(t.Context(), s.WSURL()+"/ws/echo", &client.Options{
				Native: client.NativeOptions{Proxy: proxyTo(t, wrong.String()), TLSConfig: proxy.tls},
			})
			var failed *client.ConnectError
			require.ErrorAs(t, err, &failed)
			assert.Contains(t, err.Error(), "proxy")
			assert.NotContains(t, err.Error(), "isengard")
			if wrong.Scheme != "socks5h" {
				assert.Equal(t, 407, failed.StatusCode)
				assert.NotEmpty(t, failed.Header["Proxy-Authenticate"])
			}
		})
	}
}
