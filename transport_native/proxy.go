package native

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"time"

	"github.com/amphiwire/amphiwire/internal/transport"
	"golang.org/x/net/http/httpproxy"
	"golang.org/x/net/proxy"
)

// proxyFor returns the proxy through which to reach u, nil if there is none.
// Whoever chooses it thinks in terms of HTTP.
func proxyFor(u *url.URL, o *Options) (*url.URL, error) {
	asHTTP := *u
	asHTTP.Scheme = map[string]string{"ws": "http", "wss": "https"}[u.Scheme]
	choose := o.Proxy
	if choose == nil {
		choose = environment
	}
	p, err := choose(&asHTTP)
	if err != nil {
		return nil, fmt.Errorf("choosing a proxy: %w", err)
	}
	if p != nil && ports[p.Scheme] == "" {
		return nil, fmt.Errorf("proxy %s: unknown scheme; want http, https, socks5 or socks5h", p.Redacted())
	}
	return p, nil
}

// environment chooses by HTTP_PROXY, HTTPS_PROXY, NO_PROXY and, where the
// first two say nothing, ALL_PROXY, or their names in lower case.
func environment(u *url.URL) (*url.URL, error) {
	c := httpproxy.FromEnvironment()
	all := cmp.Or(os.Getenv("ALL_PROXY"), os.Getenv("all_proxy"))
	c.HTTPProxy, c.HTTPSProxy = cmp.Or(c.HTTPProxy, all), cmp.Or(c.HTTPSProxy, all)
	return c.ProxyFunc()(u)
}

// dialProxy opens a connection to addr through p, and returns what is left of
// HandshakeTimeout.
func dialProxy(ctx context.Context, p *url.URL, addr string, o *Options) (nc net.Conn, left time.Duration, err error) {
	switch p.Scheme {
	case "http", "https":
		nc, left, err = dialConnect(ctx, p, addr, o)
	default:
		nc, left, err = dialSOCKS(ctx, p, addr, o)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("proxy %s: %w", p.Redacted(), err)
	}
	return nc, left, nil
}

// dialSOCKS opens a connection through a SOCKS5 proxy (RFC 1928), with a user
// name and password if p has them (RFC 1929). With socks5h the proxy resolves
// the host's name, with socks5 we do.
func dialSOCKS(ctx context.Context, p *url.URL, addr string, o *Options) (net.Conn, time.Duration, error) {
	var auth *proxy.Auth
	if p.User != nil {
		password, _ := p.User.Password()
		auth = &proxy.Auth{User: p.User.Username(), Password: password}
	}
	if p.Scheme == "socks5" {
		resolved, err := resolve(ctx, addr)
		if err != nil {
			return nil, 0, err
		}
		addr = resolved
	}
	d, err := proxy.SOCKS5("tcp", address(p), auth, nil)
	if err != nil {
		return nil, 0, err
	}
	return tunnel(ctx, p, o, func(nc net.Conn) (net.Conn, error) {
		_, err := d.(socksDialer).DialWithConn(ctx, nc, "tcp", addr)
		return nc, err
	})
}

// socksDialer is what proxy.SOCKS5 returns beside a dialler: the handshake on
// a connection that is open already.
type socksDialer interface {
	DialWithConn(ctx context.Context, nc net.Conn, network, addr string) (net.Addr, error)
}

// tunnel opens a connection to p and a tunnel through it with handshake. It
// returns what is left of HandshakeTimeout for what goes through the tunnel.
func tunnel(ctx context.Context, p *url.URL, o *Options, handshake func(net.Conn) (net.Conn, error)) (net.Conn, time.Duration, error) {
	nc, err := o.dial(ctx, address(p))
	if err != nil {
		return nil, 0, err
	}
	through, begin, left := nc, time.Now(), o.HandshakeTimeout
	err = guard(ctx, nc, left, func() (err error) {
		through, err = handshake(nc)
		return err
	})
	if err != nil {
		nc.Close()
		return nil, 0, err
	}
	if left > 0 {
		left = max(left-time.Since(begin), 1) // 0 would be for ever
	}
	return through, left, nil
}

func resolve(ctx context.Context, addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", err
	}
	addrs, err := net.DefaultResolver.LookupHost(ctx, host)
	if err != nil {
		return "", err
	}
	return net.JoinHostPort(addrs[0], port), nil
}

// dialConnect opens a tunnel through an HTTP proxy: RFC 9110, section 9.3.6.
func dialConnect(ctx context.Context, p *url.URL, addr string, o *Options) (net.Conn, time.Duration, error) {
	return tunnel(ctx, p, o, func(nc net.Conn) (net.Conn, error) {
		if p.Scheme == "https" {
			tc := tls.Client(nc, tlsConfig(withoutName(o.TLSConfig), p.Hostname()))
			if err := tc.HandshakeContext(ctx); err != nil {
				return nil, err
			}
			nc = tc
		}
		return connect(nc, p, addr)
	})
}

// withoutName leaves out the name of the server behind the proxy.
func withoutName(c *tls.Config) *tls.Config {
	if c == nil || c.ServerName == "" {
		return c
	}
	c = c.Clone()
	c.ServerName = ""
	return c
}

// connect asks the proxy at the other end of nc for a tunnel to addr.
func connect(nc net.Conn, p *url.URL, addr string) (net.Conn, error) {
	head := "CONNECT " + addr + " HTTP/1.1\r\nHost: " + addr + "\r\n"
	if p.User != nil {
		head += "Proxy-Authorization: " + basic(p.User) + "\r\n"
	}
	if _, err := io.WriteString(nc, head+"\r\n"); err != nil {
		return nil, err
	}
	resp, rest, err := readResponse(nc)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode/100 != 2 {
		return nil, &transport.HandshakeError{
			Proxy:      true,
			StatusCode: resp.StatusCode,
			Header:     resp.Header,
			Body:       errorBody(nc, rest, resp),
			Err:        fmt.Errorf("it answered %d %s", resp.StatusCode, resp.Reason),
		}
	}
	if len(rest) > 0 { // the other end has spoken first
		return &prefixed{Conn: nc, rest: rest}, nil
	}
	return nc, nil
}

// prefixed is a connection of which rest has been read already.
type prefixed struct {
	net.Conn
	rest []byte
}

func (c *prefixed) Read(p []byte) (int, error) {
	if len(c.rest) > 0 {
		n := copy(p, c.rest)
		c.rest = c.rest[n:]
		return n, nil
	}
	return c.Conn.Read(p)
}

// basic is the credentials of RFC 7617.
func basic(u *url.Userinfo) string {
	password, _ := u.Password()
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(u.Username()+":"+password))
}
