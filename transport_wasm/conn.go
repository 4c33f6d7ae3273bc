package wasm

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/amphiwire/amphiwire/internal/lean"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// A conn is one connection from its dial to its release.
//
// The platform's events and the program's goroutines meet in inbox and in
// err. The former's mutex is held for a few statements that neither wait nor
// call the platform: an event that had to wait for it would stop the program.
type conn struct {
	_        lean.NoCompare
	config   *transport.Config
	socket   socket
	protocol string // written before opened is closed

	inbox *transport.Inbox
	held  int64 // upper bound of inbox.Bytes; belongs to the events

	opened   chan struct{} // the connection is open
	stop     chan struct{} // Send and Receive have nothing to wait for
	done     chan struct{} // the connection has ended; a closing handshake has too
	gone     chan struct{} // the platform has finished: no event comes any more
	released chan struct{} // the platform holds nothing of ours any more
	closed   chan struct{} // Close has returned

	err atomic.Pointer[error] // set when stop is closed

	finished  atomic.Bool
	releasing atomic.Bool
	closing   atomic.Bool   // Close was called
	closeErr  error         // written before closed is closed
	clean     bool          // written before gone is closed
	sending   chan struct{} // holds a value while a Send waits or sends
	unflushed int           // upper bound of socket.BufferedAmount; belongs to sending
	work      atomic.Int64  // how much was sent since the event loop came round
	turned    chan struct{} // one signal that it has
}

// newConn returns a connection that waits for its socket and its events.
func newConn(config *transport.Config) *conn {
	return &conn{
		config:   config,
		inbox:    transport.NewInbox(),
		opened:   make(chan struct{}),
		stop:     make(chan struct{}),
		done:     make(chan struct{}),
		gone:     make(chan struct{}),
		released: make(chan struct{}),
		closed:   make(chan struct{}),
		sending:  make(chan struct{}, 1),
		turned:   make(chan struct{}, 1),
	}
}

// end makes err what ended the connection, unless there is such an error
// already. Whoever gets true goes on to close, finish and release: the ways to
// end (Close, the close event, a broken limit) may be taken at the same time,
// and one of them wins.
func (c *conn) end(err error) bool {
	first := c.err.CompareAndSwap(nil, &err)
	if first {
		close(c.stop)
	}
	return first
}

// cause is what ended the connection, nil while it is open. It is set before
// Err tells it: during this side's closing handshake.
func (c *conn) cause() error {
	if err := c.err.Load(); err != nil {
		return *err
	}
	return nil
}

// finish lets Done and Err tell that the connection has ended.
func (c *conn) finish() {
	if c.finished.CompareAndSwap(false, true) {
		close(c.done)
	}
}

// release is the last step of every way to end: the callbacks that the
// platform has, and all that they hold, are given back here and nowhere else.
func (c *conn) release() {
	if c.releasing.CompareAndSwap(false, true) {
		c.socket.Release()
		close(c.released)
	}
}

// Done implements transport.Conn.
func (c *conn) Done() <-chan struct{} { return c.done }

// Err implements transport.Conn. It is nil until Done is closed.
func (c *conn) Err() error {
	if !isClosed(c.done) {
		return nil
	}
	return c.cause()
}

// Subprotocol implements transport.Conn.
func (c *conn) Subprotocol() string { return c.protocol }

// Ping implements transport.Conn: it always fails, also after the end. WHATWG
// WebSockets has no way to send a ping or to see a pong.
func (c *conn) Ping(context.Context) (time.Duration, error) { return 0, errPing }
