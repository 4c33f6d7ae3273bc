package testserver

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"
)

// Asked is what one client asked a proxy for.
type Asked struct {
	// Target is the host and port, as the client wrote them: a name that is
	// still one was left to the proxy to resolve.
	Target string
	// User and Password are the credentials that came with it, if any.
	User, Password string
	// Header is that of the request to a [ConnectProxy].
	Header http.Header
}

// tunnels is what both kinds of proxy have in common: they accept, they
// remember what was asked, and they leave nothing behind.
type tunnels struct {
	listener *listener
	ctx      context.Context // ends with Close
	stop     context.CancelFunc
	accepts  sync.WaitGroup // the goroutine that does
	served   sync.WaitGroup // those of the connections

	mu    sync.Mutex
	asked []Asked
}

// start accepts on the loopback interface until the test ends, and has serve
// called for each connection, which is closed when serve returns.
func (t *tunnels) start(tb testing.TB, serve func(net.Conn)) {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("testserver: %v", err)
	}
	t.listener = &listener{Listener: l}
	t.ctx, t.stop = context.WithCancel(context.Background())
	t.accepts.Go(func() {
		for {
			conn, err := t.listener.Accept()
			if err != nil {
				return
			}
			t.served.Go(func() {
				defer conn.Close()
				serve(conn)
			})
		}
	})
	tb.Cleanup(t.Close)
}

// Asked returns what clients have asked for so far, in the order in which it
// arrived, refused or not.
func (t *tunnels) Asked() []Asked {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.asked)
}

// DropAll breaks every tunnel with RST, towards the client. The proxy goes on.
func (t *tunnels) DropAll() { t.listener.drop() }

// Close accepts no more, breaks every tunnel and waits until nothing is left.
// It may be called again.
func (t *tunnels) Close() {
	_ = t.listener.Listener.Close()
	t.accepts.Wait()
	t.stop()
	t.listener.drop()
	t.served.Wait()
}

// dial opens the far end of a tunnel.
func (t *tunnels) dial(o *TunnelOptions, addr string) (net.Conn, error) {
	if o.Dial != nil {
		return o.Dial(t.ctx, addr)
	}
	return new(net.Dialer).DialContext(t.ctx, "tcp", addr)
}

func (t *tunnels) log(a Asked) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.asked = append(t.asked, a)
}

// url is the proxy's address with what it asks for.
func (t *tunnels) url(scheme string, o *TunnelOptions) *url.URL {
	u := &url.URL{Scheme: scheme, Host: t.listener.Addr().String()}
	if o.User != "" {
		u.User = url.UserPassword(o.User, o.Password)
	}
	return u
}

// splice passes on what goes either way, the end of a direction too, until
// both have ended. from is where the client's bytes are read.
func (t *tunnels) splice(client net.Conn, from io.Reader, far net.Conn) {
	var back sync.WaitGroup
	back.Go(func() { pass(client, far, far) })
	pass(far, from, client)
	back.Wait()
}

// pass copies to dst what src, a view of conn, has. If one end breaks, so does
// the other: its direction back could wait for ever.
func pass(dst net.Conn, src io.Reader, conn net.Conn) {
	if _, err := io.Copy(dst, src); err != nil || halfClose(dst) != nil {
		dst.Close()
		conn.Close()
	}
}
