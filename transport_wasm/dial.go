package wasm

import (
	"context"
	"errors"

	"github.com/amphiwire/amphiwire/internal/lean"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// Dial connects to c.URL and returns when the connection is open. The end of
// ctx ends Dial, with its error, and not the connection later.
//
// A connection that cannot be opened gives a *transport.HandshakeError
// without an answer: the WHATWG standard keeps the reason from programs, so
// that a page cannot explore a network. It carries the exception where the
// platform refused the arguments, and an error that wraps
// [errors.ErrUnsupported] where there is no WebSocket.
func Dial(ctx context.Context, c *transport.Config) (transport.Conn, error) {
	return dial(ctx, c, newSocket)
}

// Plain returns why messages do not travel by way of amphiwire.js, as a phrase
// for people. It is empty if they do, and where there is no platform.
func Plain() string { return plain() }

// A connector makes a socket that starts to connect and reports to events,
// from when the calling goroutine waits and not before.
type connector func(url string, protocols []string, e events) (socket, error)

func dial(ctx context.Context, config *transport.Config, connect connector) (transport.Conn, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	c := newConn(config)
	var err error
	if c.socket, err = connect(config.URL, config.Subprotocols, c); err != nil {
		return nil, &transport.HandshakeError{Err: withoutURL(err)}
	}
	select {
	case <-c.opened:
		return c, nil
	case <-c.stop:
		// It may have been open for a moment: then what it brought, and why
		// it ended, are Receive's to tell.
		if c.isOpen() {
			return c, nil
		}
		c.release()
		return nil, &transport.HandshakeError{Err: c.cause()}
	case <-ctx.Done():
		c.release()
		_ = c.socket.Close(0, "") // nobody hears of it: what counts is ctx
		return nil, ctx.Err()
	}
}

// errURL stands for what a platform throws that quotes the URL, as Chromium
// does: it may hold a token, and errors are logged.
var errURL = errors.New("the platform takes no such URL")

func withoutURL(err error) error {
	if lean.Index(err.Error(), "://") >= 0 {
		return errURL
	}
	return err
}
