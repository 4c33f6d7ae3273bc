package native

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// aLongTimeAgo is a deadline that interrupts whatever waits.
var aLongTimeAgo = time.Unix(1, 0)

// errHandshakeTimeout is what a server that goes silent while a connection is
// being opened causes, if ctx has no earlier end.
var errHandshakeTimeout = errors.New("no answer within HandshakeTimeout")

// Dial opens a connection. ctx bounds all of it: the lookup, TCP, proxy, TLS,
// the opening handshake and redirects. When ctx ends, so does Dial, with
// nothing left behind.
func Dial(ctx context.Context, c *transport.Config, o *Options) (transport.Conn, error) {
	u, err := url.Parse(c.URL)
	if err != nil {
		return nil, err
	}
	u = u.ResolveReference(u) // without the segments . and .. in its path, as a browser asks for it
	header := o.Header
	for followed := 0; ; followed++ {
		conn, err := dialOnce(ctx, u, header, c, o)
		if err == nil {
			return conn, nil
		}
		next, rerr := redirect(u, err)
		if rerr != nil {
			return nil, fmt.Errorf("%w: %w", rerr, err)
		}
		if next == nil {
			return nil, err
		}
		if followed >= o.MaxRedirects {
			return nil, fmt.Errorf("over MaxRedirects of %d: %w", o.MaxRedirects, err)
		}
		u, header, c = next, carry(header, u, next), carryTokens(c, u, next)
	}
}

// dialOnce opens a connection to u itself.
func dialOnce(ctx context.Context, u *url.URL, header map[string][]string, c *transport.Config, o *Options) (*Conn, error) {
	nc, left, err := dialNet(ctx, u, o)
	if err != nil {
		return nil, cause(ctx, err)
	}
	var conn *Conn
	err = guard(ctx, nc, left, func() error {
		tc, err := startTLS(ctx, nc, u, o)
		if err != nil {
			return err
		}
		agreed, rest, err := handshake(tc, request(u, header, c, o))
		if err != nil {
			return err
		}
		conn = newConn(tc, c, agreed.Subprotocol, rest)
		return conn.negotiated(o, agreed.Extensions)
	})
	if err != nil {
		nc.Close()
		return nil, cause(ctx, err)
	}
	conn.start(o)
	return conn, nil
}

// guard runs f, which reads and writes nc, and interrupts it when ctx ends or
// timeout has passed. Deadlines work at any moment, so they are how that is
// done; a connection that has none, such as one through an SSH tunnel, is
// closed.
func guard(ctx context.Context, nc net.Conn, timeout time.Duration, f func() error) error {
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, timeout, errHandshakeTimeout)
		defer cancel()
	}
	interrupted := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		if nc.SetDeadline(aLongTimeAgo) != nil {
			nc.Close()
		}
		close(interrupted)
	})
	err := f()
	if stop() {
		return err
	}
	<-interrupted
	return context.Cause(ctx)
}

// cause prefers the context's error to the timeout that it led to.
func cause(ctx context.Context, err error) error {
	if ctx.Err() != nil && !errors.Is(err, ctx.Err()) {
		return fmt.Errorf("%w (%w)", ctx.Err(), err)
	}
	return err
}
