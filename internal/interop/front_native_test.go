//go:build !js

package interop

import (
	"crypto/tls"
	"net/http"
	"testing"

	"github.com/amphiwire/amphiwire/client"
)

// A front is a reverse proxy in front of the companion server. Below /idle it
// ends a connection on which nothing is sent for 1.5 s or 2, below /down there
// is no server, below /gzip it compresses responses, below /private it wants a
// password, and below /second there is another server of the same kind.
type front struct {
	plain, tls string // host and port, without TLS and with it; tls speaks HTTP/2, too
	trust      *tls.Config
	badGateway int          // the status for what is below /down
	streams    []string     // folders that treat responses differently, "" among them
	late       []string     // those of them in which events come late
	restart    func() error // kills it, and waits until it is there again
	second     func() error // does that to the second server
}

// A frontConfig is what the templates of the configurations need.
type frontConfig struct {
	Dir, Plain, TLS, Companion, Second, Down, User, Password string
}

// nginx is the front that most people have.
func nginx(t *testing.T, companion *companionServer) {
	needsAll(t, "nginx")
	f := startFront(t, companion, "nginx.conf", func(file, dir string) []string {
		return []string{"nginx", "-e", "stderr", "-p", dir, "-c", file}
	})
	f.badGateway, f.streams = http.StatusBadGateway, []string{"", "/streamed", "/buffered", "/gzip"}
	f.late = []string{"/buffered"}
	frontRows(t, f)
}

func haproxy(t *testing.T, companion *companionServer) {
	needsAll(t, "haproxy")
	f := startFront(t, companion, "haproxy.cfg", func(file, _ string) []string {
		return []string{"haproxy", "-db", "-f", file}
	})
	f.badGateway, f.streams = http.StatusServiceUnavailable, []string{"", "/gzip"}
	f.late = []string{"/gzip"} // it flushes nothing that it compresses
	frontRows(t, f)
}

// startFront runs a program with a configuration made of a template. command
// makes its command line.
func startFront(t *testing.T, companion *companionServer, template string, command func(file, dir string) []string) *front {
	t.Helper()
	dir := t.TempDir()
	f := &front{trust: certificate(t, dir)}
	write(t, dir, "users", user+":"+hashed+"\n")
	second, secondAddrs := serveProcess(t, 1, func(ports ...string) []string {
		return []string{companion.program, "-addr", loopback(ports[0])}
	})
	f.second = again(t, second, secondAddrs[0])
	c := frontConfig{Dir: dir, Companion: companion.plain, Second: secondAddrs[0], Down: refusing(t), User: user, Password: password}
	p, addrs := serveProcess(t, 2, func(ports ...string) []string {
		c.Plain, c.TLS = loopback(ports[0]), loopback(ports[1])
		return command(configure(t, dir, template, c), dir)
	})
	f.plain, f.tls = addrs[0], addrs[1]
	f.restart = again(t, p, f.tls)
	return f
}

// frontRows are what client and sse do through any front.
func frontRows(t *testing.T, f *front) {
	for _, r := range []struct {
		name string
		server
	}{{"ws", server("ws://" + f.plain)}, {"wss", server("wss://" + f.tls)}} {
		t.Run(r.name, func(t *testing.T) { f.webSocketRows(t, r.server) })
	}
	for _, r := range []struct {
		name string
		streams
	}{
		{"http", streams{server("http://" + f.plain), &http.Transport{}}},
		{"https", streams{server("https://" + f.tls), &http.Transport{TLSClientConfig: f.trust}}},
		{"https, HTTP 2", streams{server("https://" + f.tls), &http.Transport{TLSClientConfig: f.trust, ForceAttemptHTTP2: true}}},
	} {
		t.Run(r.name, func(t *testing.T) {
			defer r.transport.CloseIdleConnections()
			f.streamRows(t, r.streams)
		})
	}
	t.Run("restarted", func(t *testing.T) { f.restartRows(t) })
	t.Run("server restarted", func(t *testing.T) { f.serverRestartRows(t) })
}

// options adds to opts what reaches the front.
func (f *front) options(opts client.Options) client.Options {
	opts.Native.TLSConfig = f.trust
	return opts
}
