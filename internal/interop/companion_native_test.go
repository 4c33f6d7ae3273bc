//go:build !js

package interop

import (
	"crypto/tls"
	"path/filepath"
	"testing"

	"github.com/amphiwire/amphiwire/internal/companion"
	"github.com/stretchr/testify/require"
)

// A companionServer is the companion server as a process.
type companionServer struct {
	program    string // its file
	plain, tls string // host and port, without TLS and with it
	ca         string // the file with what signed its certificate
	trust      *tls.Config
}

func startCompanion(t *testing.T) *companionServer {
	t.Helper()
	dir := t.TempDir()
	program, err := companion.Build(dir, "testserver/cmd/testserver")
	require.NoError(t, err)
	addrs := serve(t, 2, func(ports ...string) []string {
		return []string{program, "-addr", loopback(ports[0]), "-tls", "-tls-addr", loopback(ports[1]), "-cert-out", filepath.Join(dir, "own.pem")}
	})
	root := rootOf(t, addrs[1])
	write(t, dir, "ca.pem", root)
	return &companionServer{program: program, plain: addrs[0], tls: addrs[1], ca: filepath.Join(dir, "ca.pem"), trust: trust(t, root)}
}

func (s *companionServer) ws() server  { return server("ws://" + s.plain) }
func (s *companionServer) wss() server { return server("wss://" + s.tls) }

// rootOf asks a server itself for the root of its certificate. The server
// writes that to its own file, too, but may still be about to when it listens.
func rootOf(t *testing.T, addr string) (rootPEM string) {
	t.Helper()
	c, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true})
	require.NoError(t, err)
	defer c.Close()
	chain := c.ConnectionState().PeerCertificates
	return encode("CERTIFICATE", chain[len(chain)-1].Raw)
}
