package native

import (
	"context"
	"errors"
	"os"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// errInterrupted is what read returns when a deadline interrupted it. Nothing
// is lost: the next read goes on at the same byte.
var errInterrupted = errors.New("interrupted")

// Receive implements transport.Conn.
func (c *Conn) Receive(ctx context.Context, buf []byte) (transport.Message, error) {
	_ = ctx.Done() // of a nil one, panics before anything is taken
	for {
		if m, ok, err := c.in.TryPop(); ok {
			if err == nil {
				c.hold.handed()
				c.watch() // the pump may have stopped because the inbox was full
			}
			return fit(m, buf), err
		}
		if c.role.take() {
			m, again, err := c.receiveNow(ctx, buf)
			if !again {
				return m, err
			}
			continue
		}
		if err := c.await(ctx); err != nil {
			return transport.Message{}, err
		}
	}
}

// receiveNow reads one message as the holder of the role. again is true if
// what there is to return is in the inbox.
func (c *Conn) receiveNow(ctx context.Context, buf []byte) (m transport.Message, again bool, err error) {
	if c.in.Ready() { // the last holder has left something
		c.release()
		return m, true, nil
	}
	if ctx.Err() != nil {
		c.release()
		return m, false, ctx.Err()
	}
	if c.readWatch.differs(ctx) {
		c.readWatch.set(ctx, c.interrupt)
	}
	if c.cfg.Frame == nil {
		m, err = c.read(buf)
	} else {
		m, err = c.readTold(buf)
	}
	switch {
	case err == nil:
		c.hold.handed()
		c.release()
		return m, false, nil
	case err != errInterrupted:
		c.failRead(err) // decides who has the role now
		return m, true, nil
	}
	c.release()
	if ctx.Err() != nil {
		return m, false, ctx.Err()
	}
	return m, true, nil
}

// await waits until the inbox or the role may have something for the caller.
// If the pump reads, it is asked to step aside; another Receive is not.
func (c *Conn) await(ctx context.Context) error {
	defer c.hold.ask()()
	if c.pumping.Load() {
		c.interrupt()
	}
	select {
	case <-c.in.Wake():
		return nil
	case <-ctx.Done():
		return ctx.Err() // a signal stays for another
	}
}

// read returns the next message, or why the connection is to end. The caller
// holds the role.
func (c *Conn) read(buf []byte) (transport.Message, error) {
	for {
		m, err := c.rd.next(buf)
		switch {
		case err == nil:
			return m, nil
		case err == errControl:
			if err = c.control(); err == nil {
				continue
			}
		case isTimeout(err):
			c.nc.SetReadDeadline(noDeadline)
			err = errInterrupted
		}
		return m, err
	}
}

func isTimeout(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }

// fit moves a message from the inbox into the caller's buffer, as if it had
// been read there.
func fit(m transport.Message, buf []byte) transport.Message {
	if buf != nil && len(m.Data) <= cap(buf) {
		m.Data = append(buf[:0], m.Data...)
	}
	return m
}
