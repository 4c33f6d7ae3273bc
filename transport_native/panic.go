package native

import (
	"errors"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// errPanicked is why a connection ends after a panic in Config.Frame or
// Options.Compress. Who recovers it, as servers do to stay alive, is to find a
// connection that has ended, rather than one on which a lock is held for ever:
// what was being written or read is in no state to go on.
var errPanicked = errors.New("a function of the program's panicked")

func panicked() *transport.CloseError { return &transport.CloseError{Code: 1006, Err: errPanicked} }

// writeFlying writes control and what is in the air. The caller holds busy.
func (c *Conn) writeFlying(control []byte) error {
	returned := false
	defer func() {
		if !returned {
			err := c.lost(panicked())
			c.w.mu.Lock()
			c.w.land(c.w.flying[0], err)
			c.handOver()
		}
	}()
	err := c.w.write(c.nc, control, c.w.flying)
	returned = true
	return err
}

// readTold is read for who has Config.Frame. The caller holds the role.
func (c *Conn) readTold(buf []byte) (transport.Message, error) {
	returned := false
	defer func() {
		if !returned {
			c.failRead(panicked())
		}
	}()
	m, err := c.read(buf)
	returned = true
	return m, err
}
