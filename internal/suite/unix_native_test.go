//go:build !js

package suite

import (
	"context"
	"net"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/client"
	"github.com/amphiwire/amphiwire/testserver"
)

// TestAUnixSocket reaches a server that listens on no port. The URL still says
// what the request's Host field and path are.
func TestAUnixSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", path)
	require.NoError(t, err)
	server := httptest.NewUnstartedServer(testserver.Handler(nil))
	require.NoError(t, server.Listener.Close())
	server.Listener = listener
	server.Start()
	t.Cleanup(server.Close)

	c, err := client.Connect(t.Context(), "ws://host.test/ws/handshake", &client.Options{Native: client.NativeOptions{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		},
		Proxy: proxyTo(t, ""),
	}})
	require.NoError(t, err)
	m, err := c.Receive(t.Context())
	require.NoError(t, err)
	assert.Contains(t, string(m.Data), `"host":"host.test"`)
	assert.NoError(t, c.Close())
}
