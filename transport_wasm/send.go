package wasm

import (
	"context"
	"time"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// maxUnflushed is the bufferedAmount up to which Send does not wait. The
// platform itself takes any amount.
const maxUnflushed = 1 << 20

// The platform has no event for a bufferedAmount that falls, so it is asked,
// at first after firstPoll and then twice as long each time, up to lastPoll.
const (
	firstPoll = 1 * time.Millisecond
	lastPoll  = 64 * time.Millisecond
)

// maxWork is how much is sent before the event loop has to come round; a
// message counts as one, and as one more for each 4 KiB. A program that sends
// without end would otherwise receive nothing, and nothing would leave.
const maxWork = 128

// Send implements transport.Conn. It waits while the platform holds more than
// 1 MiB that it has not sent; until then ctx ends Send without loss. The
// message itself is handed over at once and whole, so ctx never breaks the
// connection.
//
// One Send at a time waits and sends. The others queue up behind it, so that
// the platform is asked once for all of them.
func (c *conn) Send(ctx context.Context, m transport.Message) error {
	if err := c.takeTurn(ctx); err != nil {
		return err
	}
	defer func() { <-c.sending }()
	if err := c.awaitRoom(ctx); err != nil {
		return err
	}
	c.unflushed += len(m.Data)
	c.work.Add(1 + int64(len(m.Data))>>12)
	err := c.hand(m)
	if err == nil && c.config.Frame != nil {
		c.tell(m, true)
	}
	return err
}

// takeTurn waits until no other Send waits or sends. To try it alone first costs
// a fraction of what it costs to choose among three channels.
func (c *conn) takeTurn(ctx context.Context) error {
	select {
	case c.sending <- struct{}{}:
		return nil
	default:
	}
	select {
	case c.sending <- struct{}{}:
		return nil
	case <-c.stop:
		return c.cause()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// hand gives m to the platform.
func (c *conn) hand(m transport.Message) error {
	if m.Type == transport.Text {
		return c.socket.SendText(m.Data)
	}
	return c.socket.SendBinary(m.Data)
}

// awaitRoom waits until the platform holds little enough and has had a chance
// to work.
func (c *conn) awaitRoom(ctx context.Context) error {
	wait := firstPoll
	for {
		if err := c.cause(); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		switch {
		case c.work.Load() > maxWork:
			c.awaitTurn(ctx)
		case c.holdsTooMuch():
			c.pause(ctx, wait)
			wait = min(2*wait, lastPoll)
		default:
			return nil
		}
	}
}

// holdsTooMuch asks the platform only when all that was sent since the last
// time might still be there: asking costs as much as sending a small message.
func (c *conn) holdsTooMuch() bool {
	if c.unflushed > maxUnflushed {
		c.unflushed = c.socket.BufferedAmount()
	}
	return c.unflushed > maxUnflushed
}

// awaitTurn waits until the event loop may have come round, or for anything
// that awaitRoom returns an error for.
func (c *conn) awaitTurn(ctx context.Context) {
	c.socket.AskTurn()
	select {
	case <-c.turned:
	case <-c.stop:
	case <-ctx.Done():
	}
}

// pause waits for d, or for anything that awaitRoom returns an error for.
func (c *conn) pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.stop:
	case <-ctx.Done():
	}
}
