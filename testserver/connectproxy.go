package testserver

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/url"
	"testing"
)

// TunnelOptions configures a [ConnectProxy] and a [SOCKSProxy]. The zero value
// lets everybody through to everywhere.
type TunnelOptions struct {
	// User and Password are asked of every client if User is not empty.
	User, Password string
	// Dial opens the connection to addr, a host and port; nil: that of a zero
	// [net.Dialer]. It may lead every name to one server, or refuse. Its
	// context ends when the proxy is closed.
	Dial func(ctx context.Context, addr string) (net.Conn, error)
}

// A ConnectProxy is an HTTP proxy that opens tunnels with CONNECT (RFC 9110,
// section 9.3.6) and answers everything else with 405. Its methods may be
// called concurrently.
type ConnectProxy struct {
	tunnels
	opts TunnelOptions
	root *x509.Certificate // nil without TLS
}

// NewConnectProxy starts a proxy on the loopback interface, to be reached by
// http. It is closed when the test ends, with all of its tunnels. opts may be
// nil.
func NewConnectProxy(tb testing.TB, opts *TunnelOptions) *ConnectProxy {
	tb.Helper()
	p := &ConnectProxy{}
	p.begin(tb, opts, nil)
	return p
}

// NewConnectProxyTLS is NewConnectProxy to be reached by https. Clients need
// the root in [ConnectProxy.TLSConfig].
func NewConnectProxyTLS(tb testing.TB, opts *TunnelOptions) *ConnectProxy {
	tb.Helper()
	cert, root, err := newCertificate()
	if err != nil {
		tb.Fatalf("testserver: %v", err)
	}
	p := &ConnectProxy{root: root}
	p.begin(tb, opts, &tls.Config{Certificates: []tls.Certificate{*cert}, NextProtos: []string{"http/1.1"}})
	return p
}

func (p *ConnectProxy) begin(tb testing.TB, opts *TunnelOptions, config *tls.Config) {
	tb.Helper()
	if opts != nil {
		p.opts = *opts
	}
	p.start(tb, func(conn net.Conn) {
		if config != nil {
			conn = tls.Server(conn, config)
			defer conn.Close() // says so, which the connection below does not
		}
		p.serve(conn)
	})
}

// URL returns the proxy's address, with the credentials that it asks for.
func (p *ConnectProxy) URL() *url.URL {
	scheme := "http"
	if p.root != nil {
		scheme = "https"
	}
	return p.url(scheme, &p.opts)
}

// TLSConfig returns a new configuration for clients that trusts this proxy
// alone; for one without TLS, nil.
func (p *ConnectProxy) TLSConfig() *tls.Config {
	if p.root == nil {
		return nil
	}
	roots := x509.NewCertPool()
	roots.AddCert(p.root)
	return &tls.Config{RootCAs: roots}
}

// serve answers one request.
func (p *ConnectProxy) serve(conn net.Conn) {
	r := bufio.NewReader(conn)
	req, err := http.ReadRequest(r)
	if err != nil {
		return
	}
	user, password := credentials(req)
	p.log(Asked{Target: req.RequestURI, User: user, Password: password, Header: req.Header})
	switch {
	case req.Method != http.MethodConnect:
		refuseTunnel(conn, "405 Method Not Allowed", "Allow: CONNECT\r\n")
	case p.opts.User != "" && (user != p.opts.User || password != p.opts.Password):
		refuseTunnel(conn, "407 Proxy Authentication Required", "Proxy-Authenticate: Basic realm=\"proxy\"\r\n")
	default:
		p.tunnel(conn, r, req.RequestURI)
	}
}

// tunnel opens the far end and passes on what goes either way, and what the
// client has sent already.
func (p *ConnectProxy) tunnel(conn net.Conn, early *bufio.Reader, addr string) {
	far, err := p.dial(&p.opts, addr)
	if err != nil {
		refuseTunnel(conn, "502 Bad Gateway", "")
		return
	}
	if _, err := io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n"); err == nil {
		p.splice(conn, early, far)
	}
	far.Close()
}

// refuseTunnel answers with a status and a body that says it again.
func refuseTunnel(conn net.Conn, status, fields string) {
	_, _ = io.WriteString(conn, "HTTP/1.1 "+status+"\r\n"+fields+"Connection: close\r\nContent-Type: text/plain\r\n\r\n"+status+"\n")
}

// credentials reads the field Proxy-Authorization (RFC 7617).
func credentials(req *http.Request) (user, password string) {
	asIfToUs := http.Request{Header: http.Header{"Authorization": req.Header["Proxy-Authorization"]}}
	user, password, _ = asIfToUs.BasicAuth()
	return user, password
}
