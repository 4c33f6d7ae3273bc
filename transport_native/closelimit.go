package native

import "time"

// minCloseTimeout lets a Close frame leave although Close is not to wait for the
// answer.
const minCloseTimeout = 100 * time.Millisecond

// closeLimit is how long the closing handshake may take, and whether the peer's
// answer is waited for: a CloseTimeout of a nanosecond stands for none.
func (c *Conn) closeLimit() (limit time.Duration, wait bool) {
	if c.cfg.CloseTimeout <= time.Nanosecond {
		return minCloseTimeout, false
	}
	return c.cfg.CloseTimeout, true
}
