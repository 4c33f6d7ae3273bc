package native

import (
	"context"
	"crypto/tls"
	"net"
	"net/url"
	"time"

	"github.com/amphiwire/amphiwire/internal/transport"
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
	// Proxy returns the proxy for an URL whose scheme is http or https; nil is
	// that of the environment.
	Proxy func(*url.URL) (*url.URL, error)
	// HandshakeTimeout bounds TLS, proxy and opening handshake together; 0 is
	// for ever.
	HandshakeTimeout time.Duration
	// MaxRedirects is how many redirects are followed.
	MaxRedirects int
	// NoCompression leaves permessage-deflate out of the handshake.
	NoCompression bool
	// NoContextTakeover and MaxWindowBits, 0 or 8 to 15, hold for both
	// directions.
	NoContextTakeover bool
	MaxWindowBits     int
	// Compress chooses the messages to compress.
	Compress func(transport.Message) bool
	// PingInterval is the time between keepalive pings; 0 is none.
	PingInterval time.Duration
	// PingTimeout is how long the connection may be silent after a keepalive
	// ping; 0 is for ever.
	PingTimeout time.Duration
}
