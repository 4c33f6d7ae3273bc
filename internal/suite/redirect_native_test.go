//go:build !js

package suite

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/client"
	"github.com/amphiwire/amphiwire/testserver"
)

// What TLS protects does not leave it, whatever a server says.
func TestARedirectNeverLeadsOutOfTLS(t *testing.T) {
	secure, plain := testserver.NewTLS(t), testserver.New(t)
	for _, to := range []string{plain.WSURL() + "/ws/echo", plain.URL() + "/ws/echo"} {
		_, err := client.Connect(t.Context(), secure.WSURL()+"/ws/redirect?to="+url.QueryEscape(to),
			&client.Options{Native: client.NativeOptions{TLSConfig: secure.TLSConfig()}})
		var failed *client.ConnectError
		require.ErrorAs(t, err, &failed)
		assert.Equal(t, 302, failed.StatusCode)
		assert.ErrorContains(t, err, "from wss to ws")
	}
}

// From one origin to another go all fields but those that hold credentials.
func TestARedirectToAnotherOriginCarriesNoCredentials(t *testing.T) {
	from, to := testserver.New(t), testserver.New(t)
	for name, c := range map[string]struct {
		target *testserver.Server
		kept   bool
	}{"to the same": {from, true}, "to another": {to, false}} {
		t.Run(name, func(t *testing.T) {
			address, err := url.Parse(from.WSURL())
			require.NoError(t, err)
			address.User = url.UserPassword("gandalf", "mellon")
			conn, err := client.Connect(t.Context(), address.String()+"/ws/redirect?to="+url.QueryEscape(c.target.WSURL()+"/ws/handshake"),
				&client.Options{Native: client.NativeOptions{Header: http.Header{"Cookie": {"id=secret"}, "X-Other": {"kept"}}}})
			require.NoError(t, err)
			defer conn.Close()
			m, err := conn.Receive(t.Context())
			require.NoError(t, err)
			assert.Contains(t, string(m.Data), "kept")
			for _, secret := range []string{"id=secret", "Z2FuZGFsZjptZWxsb24="} {
				if c.kept {
					assert.Contains(t, string(m.Data), secret)
				} else {
					assert.NotContains(t, string(m.Data), secret)
				}
			}
		})
	}
}
