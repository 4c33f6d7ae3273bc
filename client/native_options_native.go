//go:build !js

package client

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

// NativeOptions are the options that only a native build has. A browser offers
// none of them, so there is nothing to set in a js build.
type NativeOptions struct {
	// Header is added to the handshake request. "Host" replaces the host of
	// the URL. Fields that the handshake itself owns (Connection, Upgrade,
	// Sec-WebSocket-*) are refused.
	Header http.Header

	// TLSConfig is used for wss. It is cloned, never changed. nil: the
	// system's roots.
	TLSConfig *tls.Config

	// DialContext opens the network connection. It may be called from several
	// goroutines. nil: that of a zero [net.Dialer].
	DialContext func(ctx context.Context, network, addr string) (net.Conn, error)

	// PingInterval is the time between pings that keep the connection alive
	// and find out when it is dead. 0: 20 s; negative: none are sent.
	PingInterval time.Duration

	// PingTimeout is how long a ping may go unanswered, with nothing else
	// arriving either, before the connection is given up. 0: 20 s; negative:
	// for ever.
	PingTimeout time.Duration
}
