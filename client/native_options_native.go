//go:build !js

package client

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
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

	// Proxy returns the proxy through which to reach the URL of a request,
	// whose scheme is http for ws and https for wss; nil is none. Proxies may
	// be http and https (a tunnel by CONNECT), socks5 (names are resolved
	// here) and socks5h (by the proxy), with user and password. nil: the
	// variables HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, or their
	// names in lower case; hosts on the loopback interface are then reached
	// directly.
	Proxy func(*http.Request) (*url.URL, error)

	// HandshakeTimeout bounds what follows when a network connection has been
	// opened: TLS, the proxy's handshake and the WebSocket's own. A redirect
	// starts it anew. 0: 30 s; negative: only Connect's ctx does.
	HandshakeTimeout time.Duration

	// MaxRedirects is how many redirects of the handshake (301, 302, 303, 307
	// and 308) are followed. Header fields that hold credentials, and
	// subprotocols that hold a token as [BearerSubprotocol] does, go to the
	// first origin alone, wss is never left for ws, and a proxy cannot
	// redirect. A browser follows none. 0: 10; negative: none.
	MaxRedirects int

	// DialContext opens the network connection. It may be called from several
	// goroutines. To reach a Unix socket, ignore addr and use no Proxy, as the
	// example does. nil: that of a zero [net.Dialer], which tries a host's
	// addresses as RFC 8305 says.
	//
	// The connection's deadlines are how a context ends what is under way. If
	// they do not work, and setting one is an error, the end of Connect's ctx
	// closes the connection. Afterwards the end of a Receive's ctx is noticed
	// when something arrives, and that of a Send's when the peer reads on;
	// nothing is lost by that. Close is bounded all the same.
	DialContext func(ctx context.Context, network, addr string) (net.Conn, error)

	// NoCompression leaves the extension permessage-deflate (RFC 7692) out of
	// the handshake. It is offered otherwise, and used if the server agrees.
	NoCompression bool

	// CompressionThreshold is the size, in bytes, from which a message is worth
	// compressing. 0: 256; negative: every message is.
	CompressionThreshold int

	// Compress chooses the messages to compress, in place of
	// CompressionThreshold, say by what their data is like. It runs in Send and
	// must not keep or change the message. nil: by size alone.
	Compress func(Message) bool

	// NoContextTakeover makes each message be compressed for itself, in both
	// directions: less memory for a connection, and less compression. A server
	// that agrees to compress but not to this makes Connect fail (RFC 7692,
	// section 7.1.1.1).
	NoContextTakeover bool

	// MaxWindowBits limits the history that compression refers to, in both
	// directions, as a base-2 logarithm from 8 to 15. A server that agrees to
	// compress but not to this makes Connect fail (RFC 7692, section 7.1.2.1).
	// 0: 15, that is 32 KiB.
	MaxWindowBits int

	// PingInterval is the time between pings that keep the connection alive
	// and find out when it is dead. 0: 20 s; negative: none are sent.
	PingInterval time.Duration

	// PingTimeout is how long a ping may go unanswered, with nothing else
	// arriving either, before the connection is given up. 0: 20 s; negative:
	// for ever.
	PingTimeout time.Duration
}
