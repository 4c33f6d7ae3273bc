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
// is no server, below /gzip it compresses responses, and below /private it
// wants a password.
type front struct {
	plain, tls string // host and port, without TLS and with it; tls speaks HTTP/2, too
	trust      *tls.Config
	badGateway int          // the status for what is below /down
	streams    []string     // folders that treat responses differently, "" among them
	late       []string     // those of them in which events come late
	restart    func() error // kills it, and waits until it is there again
}

// A frontConfig is what the templates of the configurations need.
type frontConfig struct {
	Dir, Plain, TLS, Companion, Down, User, Password string
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
	c := frontConfig{Dir: dir, Companion: companion.plain, Down: refusing(t), User: user, Password: password}
	p, addrs := serveProcess(t, 2, func(ports ...string) []string {
		c.Plain, c.TLS = loopback(ports[0]), loopback(ports[1])
		return command(configure(t, dir, template, c), dir)
	})
	f.plain, f.tls = addrs[0], addrs[1]
	f.restart = func() error {
		p.stop()
		p = start(t, p.argv...) // for as long as all rows take
		return p.listens(f.tls)
	}
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
}

// options adds to opts what reaches the front.
func (f *front) options(opts client.Options) client.Options {
	opts.Native.TLSConfig = f.trust
	return opts
}
