package native

import (
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// noDeadline clears a deadline.
var noDeadline time.Time

// maxFragments is how many frames one message may have: enough for 4 MiB in
// frames of 64 bytes and an empty last one, as some senders cut it.
const maxFragments = 1 << 17

// A Conn is an open connection. It implements transport.Conn.
type Conn struct {
	nc          net.Conn
	cfg         *transport.Config
	subprotocol string

	// Reading: role.go, receive.go, reader.go.
	role       role
	rd         reader   // used by who holds the role
	readWatch  ctxWatch // likewise
	in         *transport.Inbox
	pumping    atomic.Bool // the pump holds the role
	hold       hold
	watching   atomic.Bool // watchTimer runs
	watched    atomic.Uint64
	watchTimer *time.Timer

	// Writing: writer.go, frames.go, failwrite.go.
	w    writer
	mute atomic.Bool // a write has failed

	// Liveness: ping.go, keepalive.go.
	pings pings
	alive keepalive

	// Ending: close.go, end.go.
	end        end
	goroutines sync.WaitGroup // those that Close waits for
}

// newConn returns a connection over nc on which the handshake is complete.
// rest is what arrived after it.
func newConn(nc net.Conn, cfg *transport.Config, subprotocol string, rest []byte) *Conn {
	c := &Conn{nc: nc, cfg: cfg, subprotocol: subprotocol, in: transport.NewInbox()}
	c.rd = reader{
		nc:  c.counted(nc),
		rx:  rfc6455.Receiver{Role: rfc6455.Client, MaxMessageSize: cfg.MaxMessageSize, MaxFragments: maxFragments},
		buf: append(make([]byte, 0, max(len(rest), minReadBuffer)), rest...)[:max(len(rest), minReadBuffer)],
		w:   len(rest),
	}
	c.rd.told, c.w.told = cfg.Frame, cfg.Frame
	c.w.idle.L = &c.w.mu
	c.hold.news = make(chan struct{}, 1)
	c.end.init()
	return c
}

// start begins to look after the connection: nothing may end it behind the
// back of Dial before that.
func (c *Conn) start(o *Options) {
	c.watchTimer = time.AfterFunc(time.Hour, c.onWatch)
	c.watchTimer.Stop()
	c.watch()
	c.startKeepalive(o.PingInterval, o.PingTimeout)
}

// Subprotocol implements transport.Conn.
func (c *Conn) Subprotocol() string { return c.subprotocol }

// Done implements transport.Conn.
func (c *Conn) Done() <-chan struct{} { return c.end.done }

// Err implements transport.Conn.
func (c *Conn) Err() error { return c.end.cause() }
