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

// Send implements transport.Conn. It waits while the platform holds more than
// 1 MiB that it has not sent; until then ctx ends Send without loss.
func (c *conn) Send(ctx context.Context, m transport.Message) error {
	if err := c.takeTurn(ctx); err != nil {
		return err
	}
	defer func() { <-c.turn }()
	if err := c.awaitRoom(ctx); err != nil {
		return err
	}
	c.unflushed += len(m.Data)
	if m.Type == transport.Text {
		return c.socket.SendText(m.Data)
	}
	return c.socket.SendBinary(m.Data)
}

// takeTurn lets one goroutine at a time wait for room.
func (c *conn) takeTurn(ctx context.Context) error {
	select {
	case c.turn <- struct{}{}:
		return nil
	case <-c.stop:
		return c.cause()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// awaitRoom waits until the platform holds little enough. Asking it costs
// about as much as sending a small message, so it is asked only when all that
// was sent since the last time might still be there.
func (c *conn) awaitRoom(ctx context.Context) error {
	for wait := firstPoll; ; wait = min(2*wait, lastPoll) {
		if err := c.cause(); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if c.unflushed > maxUnflushed {
			c.unflushed = c.socket.BufferedAmount()
		}
		if c.unflushed <= maxUnflushed {
			return nil
		}
		c.pause(ctx, wait)
	}
}

// pause waits for d or for anything that awaitRoom returns an error for.
func (c *conn) pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.stop:
	case <-ctx.Done():
	}
}
