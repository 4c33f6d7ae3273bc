package native

import (
	"context"
	"crypto/tls"
	"net"
	"time"
)

// Options are what dialling needs beyond transport.Config. Defaults have been
// applied by package client.
type Options struct {
	// Header is added to the request; "Host" replaces the URL's host.
	Header map[string][]string
	// TLSConfig is cloned; nil is an empty one.
	TLSConfig *tls.Config
	// DialContext opens the connection; nil is that of a net.Dialer.
	DialContext func(ctx context.Context, network, addr string) (net.Conn, error)
	// PingInterval is the time between keepalive pings; 0 is none.
	PingInterval time.Duration
	// PingTimeout is how long the connection may be silent after a keepalive
	// ping; 0 is for ever.
	PingTimeout time.Duration
}
