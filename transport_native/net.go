package native

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"time"
)

// dialNet opens the connection to u's host, through a proxy if there is one
// for it, and returns what is left of HandshakeTimeout. net.Dialer tries the
// addresses of a host as RFC 8305 (happy eyeballs) says.
func dialNet(ctx context.Context, u *url.URL, o *Options) (nc net.Conn, left time.Duration, err error) {
	proxy, err := proxyFor(u, o)
	if err != nil {
		return nil, 0, err
	}
	if proxy != nil {
		return dialProxy(ctx, proxy, address(u), o)
	}
	nc, err = o.dial(ctx, address(u))
	return nc, o.HandshakeTimeout, err
}

// errNoConn is what a DialContext causes that returns neither.
var errNoConn = errors.New("DialContext has returned no connection and no error")

func (o *Options) dial(ctx context.Context, addr string) (net.Conn, error) {
	if o.DialContext == nil {
		return new(net.Dialer).DialContext(ctx, "tcp", addr)
	}
	nc, err := o.DialContext(ctx, "tcp", addr)
	if nc == nil && err == nil {
		err = errNoConn
	}
	return nc, err
}

// startTLS performs the TLS handshake over nc if u asks for it.
func startTLS(ctx context.Context, nc net.Conn, u *url.URL, o *Options) (net.Conn, error) {
	if u.Scheme != "wss" {
		return nc, nil
	}
	tc := tls.Client(nc, tlsConfig(o.TLSConfig, u.Hostname()))
	if err := tc.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	return tc, nil
}

var ports = map[string]string{"ws": "80", "wss": "443", "http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}

// address is the host and port to dial for u.
func address(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = ports[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// tlsConfig clones c for host. A WebSocket handshake is HTTP/1.1, so nothing
// else may be negotiated, whatever the caller's configuration offers for
// other uses.
func tlsConfig(c *tls.Config, host string) *tls.Config {
	if c == nil {
		c = &tls.Config{}
	}
	c = c.Clone()
	if c.ServerName == "" {
		c.ServerName = host
	}
	c.NextProtos = []string{"http/1.1"}
	return c
}
