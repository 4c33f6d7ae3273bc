package client

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// SendOptions say what becomes of a message that cannot be sent now, because
// there is no connection or because others wait already. The zero value lets it
// wait for as long as it takes. Without [Options.Reconnect] nothing waits, and
// they have no effect.
type SendOptions struct {
	// TTL is how long the message may wait in the SendQueue, by the wall
	// clock; after that it is dropped, with [ErrExpired]. 0 or negative: for
	// ever.
	TTL time.Duration
	// Volatile says that the message is not worth queueing: if it cannot be
	// sent now, the error is [ErrNotConnected].
	Volatile bool
}

// Send transmits m and returns when the kernel, or the browser, has taken it;
// that says nothing of the peer. m.Data may be reused then.
//
// Send waits while the network does not keep up: natively for the kernel's
// buffer, in a browser for WebSocket.bufferedAmount to fall; and for the turn
// that [Options.SendLimit] gives. If ctx ends before
// the first byte of m is on its way, nothing was sent and the connection goes
// on; if it ends later, the connection is broken, and every method returns a
// [*CloseError] that wraps ctx's error. Over TLS, and for a message that is
// compressed or shares a write with one that is, that moment is earlier: when
// the writing begins.
//
// Text must be valid UTF-8, else the error is [ErrInvalidUTF8] and nothing is
// sent. Messages sent by one goroutine arrive in order.
//
// With [Options.Reconnect], Send queues m while there is no connection, as
// [Options.SendQueue] says, and returns nil then. If the connection breaks
// while m is being written, the error is an [*InDoubtError], and the Conn goes
// on.
func (c *Conn) Send(ctx context.Context, m Message) error {
	return c.SendWith(ctx, m, SendOptions{})
}

// SendWith is Send with options for this one message.
func (c *Conn) SendWith(ctx context.Context, m Message, o SendOptions) error {
	if err := check(m); err != nil {
		return err
	}
	if c.closing.Load() {
		return ErrClosed
	}
	if c.session != nil {
		return c.session.send(ctx, m, o)
	}
	if err := c.pacer.wait(ctx, c.transport.Done()); err != nil {
		return err
	}
	err := c.transport.Send(ctx, transport.Message{Type: transport.Type(m.Type), Data: m.Data})
	if err != nil {
		return c.fail(ctx, err)
	}
	c.messagesSent.Add(1)
	c.bytesSent.Add(int64(len(m.Data)))
	return nil
}

func check(m Message) error {
	switch {
	case m.Type != TextMessage && m.Type != BinaryMessage:
		return ErrMessageType
	case m.Type == TextMessage && !utf8.Valid(m.Data):
		return ErrInvalidUTF8
	}
	return nil
}
