package native

import (
	"crypto/tls"
	"net"
	"time"
)

// noticeTimeout bounds the wait for room for TLS's own farewell.
const noticeTimeout = 100 * time.Millisecond

// socket is the connection under the layers of TLS that nc may have.
func socket(nc net.Conn) net.Conn {
	for {
		switch layer := nc.(type) {
		case *tls.Conn:
			nc = layer.NetConn()
		case *prefixed:
			nc = layer.Conn
		default:
			return nc
		}
	}
}

// drop closes the connection at once, so that whatever waits on it returns. A
// tls.Conn would first wait for up to 5 s until the peer has read enough to
// leave room for an alert.
func (c *Conn) drop() { socket(c.nc).Close() }

// hangUp closes the connection. Over TLS the peer is told, if it reads: RFC
// 8446, section 6.1, "Each party MUST send a "close_notify" alert before
// closing its write side of the connection".
func (c *Conn) hangUp() {
	limit := time.AfterFunc(noticeTimeout, c.drop)
	defer limit.Stop()
	c.nc.Close()
}
