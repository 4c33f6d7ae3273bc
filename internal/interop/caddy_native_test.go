//go:build !js

package interop

import (
	"net/http"
	"testing"
)

// caddy flushes event streams by itself.
func caddy(t *testing.T, companion *companionServer) {
	needsAll(t, "caddy")
	f := startFront(t, companion, "Caddyfile", func(file, dir string) []string {
		return []string{"caddy", "run", "--config", file, "--adapter", "caddyfile"}
	})
	f.badGateway, f.streams = http.StatusBadGateway, []string{"", "/flushed", "/gzip"}
	f.late = []string{"/gzip"} // it flushes nothing that it compresses
	frontRows(t, f)
}
