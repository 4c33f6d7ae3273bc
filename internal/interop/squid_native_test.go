//go:build !js

package interop

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// squid is the proxy that many companies make everybody use. One lets all go
// everywhere and gives up what is idle, one wants a password and knows one port
// alone, and one wants no password in clear, which is more than our client can
// do.
func squid(t *testing.T, companion *companionServer) {
	needsAll(t, "squid")
	_, port, err := net.SplitHostPort(companion.plain)
	require.NoError(t, err)
	free := startSquid(t, squidConfig{Idle: 2})
	strict := startSquid(t, squidConfig{Idle: 60, Scheme: "basic", Allowed: port})
	digest := startSquid(t, squidConfig{Idle: 60, Scheme: "digest"})
	t.Run("http", func(t *testing.T) { tunnelRows(t, companion, "http://"+free.plain) })
	t.Run("http with a password", func(t *testing.T) {
		passwordRows(t, companion, "http", strict.plain)
		t.Run("none", func(t *testing.T) {
			assert.Equal(t, 407, tunnel{"http://" + strict.plain, nil}.refused(t, companion.plain))
		})
		t.Run("wrong", func(t *testing.T) {
			assert.Equal(t, 407, tunnel{"http://amphi:wrong@" + strict.plain, nil}.refused(t, companion.plain))
		})
		t.Run("port not allowed", func(t *testing.T) {
			assert.Equal(t, 403, tunnel{withPassword("http", strict.plain), nil}.refused(t, companion.tls))
		})
		t.Run("digest", func(t *testing.T) {
			assert.Equal(t, 407, tunnel{withPassword("http", digest.plain), nil}.refused(t, companion.plain))
		})
	})
	t.Run("no server", func(t *testing.T) {
		assert.Equal(t, 503, tunnel{"http://" + free.plain, nil}.refused(t, refusing(t)))
	})
	t.Run("streams", func(t *testing.T) { tunnelledStreams(t, companion, "http://"+free.plain) })
	t.Run("https", func(t *testing.T) {
		opts := client.Options{Native: client.NativeOptions{TLSConfig: free.trust}}
		echoes(t, tunnel{"https://" + free.tls, &opts}.dial(t, companion.ws()), payloads(65536))
	})
	t.Run("idle, the keepalive keeps a tunnel", func(t *testing.T) {
		keepalive(t, func(opts client.Options) *client.Conn {
			return tunnel{"http://" + free.plain, &opts}.dial(t, companion.ws())
		})
	})
}

// A squidConfig is what the template of its configuration needs.
type squidConfig struct {
	Dir, Port, TLSPort string
	Idle               int    // seconds after which a tunnel is given up
	Scheme             string // by which users say who they are, if they must
	Allowed            string // the one port, if not all
}

// startSquid runs one, which is reached as a front is.
func startSquid(t *testing.T, c squidConfig) *front {
	t.Helper()
	c.Dir = t.TempDir()
	f := &front{trust: certificate(t, c.Dir)}
	users := user + ":" + hashed
	if c.Scheme == "digest" {
		users = user + ":" + password
	}
	write(t, c.Dir, "users", users+"\n")
	readable(t, filepath.Dir(c.Dir), filepath.Join(c.Dir, "users"))
	name := fmt.Sprintf("interop%dn%s", os.Getpid(), newID()) // so that it has no memory in common with others
	forgets(t, "/dev/shm/"+name+"-*")
	addrs := serve(t, 2, func(ports ...string) []string {
		c.Port, c.TLSPort = ports[0], ports[1]
		return []string{"squid", "-N", "-d", "1", "-n", name, "-f", configure(t, c.Dir, "squid.conf", c)}
	})
	f.plain, f.tls = addrs[0], addrs[1]
	return f
}

// readable lets others than root read: root's squid changes to another user.
func readable(t *testing.T, files ...string) {
	t.Helper()
	for _, file := range files {
		require.NoError(t, os.Chmod(file, 0o755))
	}
}

// forgets removes the shared memory that a program leaves when it is killed.
func forgets(t *testing.T, pattern string) {
	t.Cleanup(func() {
		files, err := filepath.Glob(pattern)
		assert.NoError(t, err)
		for _, file := range files {
			assert.NoError(t, os.Remove(file))
		}
	})
}
