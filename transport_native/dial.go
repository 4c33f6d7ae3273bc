package native

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/amphiwire/amphiwire/internal/transport"
)

var _ func(context.Context, *transport.Config, *Options) (transport.Conn, error) = Dial

// aLongTimeAgo is a deadline that interrupts whatever waits.
var aLongTimeAgo = time.Unix(1, 0)

// Dial opens a connection. ctx bounds all of it: the lookup, TCP, TLS and the
// handshake. When ctx ends, so does Dial, with nothing left behind.
func Dial(ctx context.Context, c *transport.Config, o *Options) (transport.Conn, error) {
	u, err := url.Parse(c.URL)
	if err != nil {
		return nil, err
	}
	nc, err := dialNet(ctx, u, o)
	if err != nil {
		return nil, cause(ctx, err)
	}
	conn, err := open(ctx, nc, u, c, o)
	if err != nil {
		nc.Close()
		return nil, cause(ctx, err)
	}
	return conn, nil
}

// open performs the handshake over nc. Deadlines work at any moment and on any
// net.Conn, so they are how ctx interrupts it.
func open(ctx context.Context, nc net.Conn, u *url.URL, c *transport.Config, o *Options) (*Conn, error) {
	stop := context.AfterFunc(ctx, func() { nc.SetDeadline(aLongTimeAgo) })
	agreed, rest, err := handshake(nc, u, c, o)
	if !stop() && err == nil {
		return nil, ctx.Err() // the deadline is, or will be, in the past
	}
	if err != nil {
		return nil, err
	}
	return newConn(nc, c, o, agreed.Subprotocol, rest), nil
}

// cause prefers the context's error to the timeout that it led to.
func cause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%w (%w)", ctx.Err(), err)
	}
	return err
}

func dialNet(ctx context.Context, u *url.URL, o *Options) (net.Conn, error) {
	dial := o.DialContext
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	nc, err := dial(ctx, "tcp", address(u))
	if err != nil {
		return nil, err
	}
	if u.Scheme != "wss" {
		return nc, nil
	}
	tc := tls.Client(nc, tlsConfig(o.TLSConfig, u.Hostname()))
	if err := tc.HandshakeContext(ctx); err != nil {
		nc.Close()
		return nil, err
	}
	return tc, nil
}

func address(u *url.URL) string {
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "wss":
		port = "443"
	default:
		port = "80"
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
