//go:build !js

package interop

import (
	"net/http"
	"testing"
)

// apache flushes what it passes on when nothing more is there. Its Timeout is
// the time for what is idle: that of ProxyPass does not hold for WebSockets.
func apache(t *testing.T, companion *companionServer) {
	needsAll(t, "apache2")
	f := startFront(t, companion, "apache.conf", func(file, dir string) []string {
		return []string{"apache2", "-X", "-f", file}
	})
	f.badGateway, f.streams = http.StatusServiceUnavailable, []string{"", "/gzip"}
	frontRows(t, f)
}
