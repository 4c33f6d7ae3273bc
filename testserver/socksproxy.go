package testserver

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"strconv"
	"testing"
)

// A SOCKSProxy is a SOCKS5 proxy (RFC 1928) that connects, with user name and
// password (RFC 1929) if its options have them. It takes IPv4 and IPv6
// addresses and names. Its methods may be called concurrently.
type SOCKSProxy struct {
	tunnels
	opts TunnelOptions
}

// NewSOCKSProxy starts a proxy on the loopback interface. It is closed when the
// test ends, with all of its tunnels. opts may be nil.
func NewSOCKSProxy(tb testing.TB, opts *TunnelOptions) *SOCKSProxy {
	tb.Helper()
	p := &SOCKSProxy{}
	if opts != nil {
		p.opts = *opts
	}
	p.start(tb, p.serve)
	return p
}

// URL returns the proxy's address, with the credentials that it asks for. Its
// scheme is socks5h: names are the proxy's to resolve. With socks5 they are
// the client's.
func (p *SOCKSProxy) URL() *url.URL { return p.url("socks5h", &p.opts) }

// The numbers of RFC 1928, sections 3 to 6, and of RFC 1929.
const (
	socksVersion      = 5
	socksNone         = 0x00 // method: no authentication
	socksPassword     = 0x02 // method: user name and password
	socksNoMethod     = 0xff
	socksConnect      = 1
	socksIPv4         = 1
	socksName         = 3
	socksIPv6         = 4
	socksOK           = 0
	socksRefused      = 5
	socksNoCommand    = 7
	socksNoAddress    = 8
	passwordVersion   = 1
	passwordIsWrong   = 1
	passwordIsCorrect = 0
)

// errSOCKS ends a conversation that has been answered, or makes no sense.
var errSOCKS = errors.New("testserver: no SOCKS5 client")

// serve speaks with one client.
func (p *SOCKSProxy) serve(conn net.Conn) {
	var asked Asked
	allowed, err := p.greet(conn, &asked)
	if err != nil {
		return
	}
	reply := byte(socksOK)
	if allowed {
		if asked.Target, reply, err = socksTarget(conn); err != nil {
			return
		}
	}
	p.log(asked)
	if !allowed {
		return
	}
	if reply != socksOK {
		socksReply(conn, reply)
		return
	}
	far, err := p.dial(&p.opts, asked.Target)
	if err != nil {
		socksReply(conn, socksRefused)
		return
	}
	defer far.Close()
	socksReply(conn, socksOK)
	p.splice(conn, conn, far)
}

// greet chooses a method (RFC 1928, section 3) and follows it. It reports
// whether the client may go on.
func (p *SOCKSProxy) greet(conn net.Conn, asked *Asked) (allowed bool, err error) {
	head, err := take(conn, 2)
	if err != nil || head[0] != socksVersion {
		return false, errSOCKS
	}
	methods, err := take(conn, int(head[1]))
	if err != nil {
		return false, err
	}
	want := byte(socksNone)
	if p.opts.User != "" {
		want = socksPassword
	}
	for _, m := range methods {
		if m == want {
			_, err = conn.Write([]byte{socksVersion, want})
			if err != nil || want == socksNone {
				return true, err
			}
			return p.password(conn, asked)
		}
	}
	_, err = conn.Write([]byte{socksVersion, socksNoMethod})
	return false, err
}

// password is RFC 1929, section 2: each of the two has a length before it.
func (p *SOCKSProxy) password(conn net.Conn, asked *Asked) (allowed bool, err error) {
	if version, err := take(conn, 1); err != nil || version[0] != passwordVersion {
		return false, errSOCKS
	}
	for _, text := range []*string{&asked.User, &asked.Password} {
		if *text, err = takeString(conn); err != nil {
			return false, err
		}
	}
	status := byte(passwordIsWrong)
	if allowed = asked.User == p.opts.User && asked.Password == p.opts.Password; allowed {
		status = passwordIsCorrect
	}
	_, err = conn.Write([]byte{passwordVersion, status})
	return allowed, err
}

// socksTarget reads the request (RFC 1928, section 4). reply is what it
// deserves at once.
func socksTarget(conn net.Conn) (target string, reply byte, err error) {
	head, err := take(conn, 4)
	if err != nil || head[0] != socksVersion {
		return "", 0, errSOCKS
	}
	var host string
	switch head[3] {
	case socksIPv4:
		host, err = takeIP(conn, net.IPv4len)
	case socksIPv6:
		host, err = takeIP(conn, net.IPv6len)
	case socksName:
		host, err = takeString(conn)
	default:
		return "", socksNoAddress, nil
	}
	if err != nil {
		return "", 0, err
	}
	port, err := take(conn, 2)
	if err != nil {
		return "", 0, err
	}
	if head[1] != socksConnect {
		reply = socksNoCommand
	}
	return net.JoinHostPort(host, strconv.Itoa(int(binary.BigEndian.Uint16(port)))), reply, nil
}

// socksReply answers the request (RFC 1928, section 6). The address that the
// proxy used is of no use to the client: zero.
func socksReply(conn net.Conn, reply byte) {
	_, _ = conn.Write([]byte{socksVersion, reply, 0, socksIPv4, 0, 0, 0, 0, 0, 0})
}

// take reads n bytes, at most 255 here.
func take(r io.Reader, n int) ([]byte, error) {
	p := make([]byte, n)
	_, err := io.ReadFull(r, p)
	return p, err
}

func takeIP(r io.Reader, n int) (string, error) {
	p, err := take(r, n)
	return net.IP(p).String(), err
}

// takeString reads a string with its length before it.
func takeString(r io.Reader) (string, error) {
	n, err := take(r, 1)
	if err != nil {
		return "", err
	}
	p, err := take(r, int(n[0]))
	return string(p), err
}
