package client

import (
	"context"
	"errors"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/amphiwire/amphiwire/internal/lean"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// A Conn is a WebSocket connection. Its methods may be called concurrently.
// Connect makes one; Close it when it is no longer needed, also after an
// error.
type Conn struct {
	_ lean.NoCompare

	transport transport.Conn
	session   *session // instead of transport, if there is something to look after
	pacer     *pacer
	closing   atomic.Bool

	messagesSent, messagesReceived, bytesSent, bytesReceived atomic.Int64

	endMu sync.Mutex
	end   error // of the connection, translated once
}

// Receive waits for the next message and returns it. Its Data belongs to the
// caller.
//
// When ctx ends, Receive returns its error; the connection goes on and nothing
// is lost. When the connection has ended and every message has been returned,
// Receive returns what ended it, the same value for ever: a [*CloseError], a
// [*MessageTooBigError], in a browser a [*BufferFullError], with Reconnect also
// the last dial's [*ConnectError], or [ErrClosed] after this side's Close.
//
// Several calls may wait at the same time; each message goes to one of them.
func (c *Conn) Receive(ctx context.Context) (Message, error) { return c.ReceiveInto(ctx, nil) }

// ReceiveInto is Receive with a buffer: the message's Data is in buf if it
// fits into buf's capacity, and newly allocated if not.
func (c *Conn) ReceiveInto(ctx context.Context, buf []byte) (Message, error) {
	if c.session != nil {
		return c.session.receive(ctx, buf)
	}
	m, err := c.transport.Receive(ctx, buf)
	if err != nil {
		return Message{}, c.fail(ctx, err)
	}
	c.messagesReceived.Add(1)
	c.bytesReceived.Add(int64(len(m.Data)))
	return Message{Type: MessageType(m.Type), Data: m.Data}, nil
}

// Messages returns an iterator over the messages to come. It ends silently when
// the peer closes in an orderly way, when this side has called Close, and when
// the loop is left, after which receiving can go on; any other end is yielded
// as its last element, with an error.
func (c *Conn) Messages(ctx context.Context) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		for {
			m, err := c.Receive(ctx)
			if errors.Is(err, ErrClosed) || orderly(err) {
				return
			}
			if !yield(m, err) || err != nil {
				return
			}
		}
	}
}

func orderly(err error) bool {
	closed, ok := lean.As[*CloseError](err)
	return ok && closed.orderly()
}

// Ping sends a ping (RFC 6455, section 5.5.2), waits for its pong and returns
// the round trip. Pings may overlap. ctx bounds the wait; cancelling it leaves
// the connection usable.
//
// In a browser, which offers no way to send one, the error wraps
// [errors.ErrUnsupported].
func (c *Conn) Ping(ctx context.Context) (time.Duration, error) {
	if c.closing.Load() {
		return 0, ErrClosed
	}
	if c.session != nil {
		return c.session.ping(ctx)
	}
	rtt, err := c.transport.Ping(ctx)
	if err != nil {
		return 0, c.fail(ctx, err)
	}
	return rtt, nil
}

// Close is CloseWith(CloseNormal, "").
func (c *Conn) Close() error { return c.CloseWith(CloseNormal, "") }

// CloseWith performs the closing handshake (RFC 6455, section 7.1.2): it sends
// what Send has accepted and then a Close frame, waits for the peer's and ends
// the connection. It waits for at most [Options.CloseTimeout] and leaves
// nothing behind, whatever the peer does; if the peer did not answer in time,
// the error wraps [context.DeadlineExceeded]. If the peer has closed already,
// CloseWith returns nil.
//
// A blocked Receive or Ping returns at once with [ErrClosed], as do all later
// calls; a Send that is under way ends within CloseTimeout. Messages not yet
// received are dropped. Calls of CloseWith after the first
// wait for it to finish and return nil.
//
// With [Options.Reconnect], what is queued is sent first, for which almost
// half of CloseTimeout is kept; if there is no connection, one is dialled for
// it. What could not be sent is in an [*UndeliveredError].
//
// A code that no endpoint may send gives [ErrCloseCode], and the connection
// stays open. CloseNoStatus stands for a Close frame without a code, which has
// no place for a reason either. reason is cut at 123 bytes, between two
// characters; what is not UTF-8 in it is replaced by U+FFFD. In a browser, which lets a page
// send only 1000 and 3000 to 4999, any other code closes without one: the peer
// sees CloseNoStatus.
func (c *Conn) CloseWith(code CloseCode, reason string) error {
	if !code.sendable() && code != CloseNoStatus {
		return ErrCloseCode
	}
	reason = lean.ToValidUTF8(reason)
	if code == CloseNoStatus {
		reason = ""
	}
	first := c.closing.CompareAndSwap(false, true)
	if c.session != nil {
		return c.session.closeWith(first, code, reason)
	}
	err := c.transport.Close(uint16(code), reason)
	if !first {
		return nil
	}
	return err
}

// State returns what the connection is doing now.
func (c *Conn) State() State {
	if c.session != nil {
		return c.session.states.state()
	}
	select {
	case <-c.transport.Done():
		return Closed
	default:
	}
	if c.closing.Load() {
		return Closing
	}
	return Connected
}

// Subprotocol returns the one that the server selected from
// [Options.Subprotocols], or "" if it selected none. With Reconnect it is that
// of the last connection.
func (c *Conn) Subprotocol() string {
	if c.session != nil {
		return c.session.current().t.Subprotocol()
	}
	return c.transport.Subprotocol()
}

// NetworkChanged tells a Conn with Reconnect or Heartbeat that the machine may
// have moved to another network or been asleep: the connection is probed, and
// a dial that is waited for is made within a second. It returns at once. In a
// browser the page's events say so too, and on every target a clock that has
// jumped. A Conn without both leaves it to its pings.
func (c *Conn) NetworkChanged() {
	if c.session != nil {
		c.session.wake()
	}
}

// Stats returns the connection's counters.
func (c *Conn) Stats() Stats {
	if c.session != nil {
		return c.session.stats()
	}
	s := Stats{
		MessagesSent:     c.messagesSent.Load(),
		MessagesReceived: c.messagesReceived.Load(),
		BytesSent:        c.bytesSent.Load(),
		BytesReceived:    c.bytesReceived.Load(),
	}
	if m, ok := c.transport.(transport.Measured); ok {
		s.Latency = m.Latency()
	}
	return s
}

// fail translates an error of the transport. A context's error, or that of a
// single call, passes as it is; the one that ended the connection is
// translated once, so that it is the same value for every caller.
func (c *Conn) fail(ctx context.Context, err error) error {
	switch {
	case err == ctx.Err(), errors.Is(err, errors.ErrUnsupported):
		return err
	case c.closing.Load():
		return ErrClosed
	}
	select {
	case <-c.transport.Done():
		c.endMu.Lock()
		if c.end == nil {
			c.end = fromTransport(c.transport.Err())
		}
		c.endMu.Unlock()
		return c.end
	default:
	}
	if _, ok := lean.As[*transport.CloseError](err); ok { // nothing can be sent, but something received
		return fromTransport(err)
	}
	return err
}
