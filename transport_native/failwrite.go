package native

import (
	"fmt"
	"time"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// lastWords is how long a connection is still read when a write has failed.
const lastWords = time.Second

// failWrite ends sending because a write failed, and returns what senders are
// told. cut is why it was told to fail, if it was.
//
// What the peer sent before may have arrived already, or be on its way: a Close
// frame with the reason, for example. So reading goes on to its end, which is
// near if it is the network that failed. If only this direction has, the
// connection ends without waiting for more: the program may have to make
// another one.
func (c *Conn) failWrite(err, cut error) error {
	if cut != nil {
		return c.lost(&transport.CloseError{Code: 1006, Err: fmt.Errorf("%w in the middle of a message (%w)", cut, err)})
	}
	reason := c.end.reason()
	if reason != nil { // it is ending already
		c.w.refuse(reason)
		return reason
	}
	failed := &transport.CloseError{Code: 1006, Remote: true, Err: err}
	c.w.refuse(failed)
	c.hold.end() // no answer would arrive
	c.mute.Store(true)
	c.watch() // the pump may have stopped because the inbox was full
	time.AfterFunc(lastWords, func() {
		select {
		case <-c.end.over: // as it should be by now
		default:
			c.lost(failed)
		}
	})
	return failed
}

// room reports whether more may be read. When a write has failed, nobody holds
// back the peer any more, and what has arrived is not left to the kernel: as
// much again may be held.
func (c *Conn) room() bool {
	held := c.in.Bytes()
	if c.mute.Load() {
		held /= 2
	}
	return held < c.cfg.MaxBuffered
}
