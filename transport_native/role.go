package native

import (
	"sync/atomic"
	"time"
)

// pumpDelay is how long nobody may be in Receive before the pump reads. A
// program that calls Receive in a loop never meets the pump; one that does
// something else meanwhile has its pings answered this much late.
const pumpDelay = 10 * time.Millisecond

// role is the right to read the socket. One goroutine holds it at a time. It
// is odd while held; each change counts, so that a timer can tell whether
// anybody read since it was set.
type role struct{ state atomic.Uint64 }

// take takes the role if it is free.
func (r *role) take() bool {
	s := r.state.Load()
	return s&1 == 0 && r.state.CompareAndSwap(s, s+1)
}

// free gives the role back.
func (r *role) free() { r.state.Add(1) }

// watch sees to it that somebody reads when nobody is in Receive: it starts a
// timer, unless it runs already, that starts the pump.
func (c *Conn) watch() {
	if !c.watching.Load() && c.watching.CompareAndSwap(false, true) {
		c.watched.Store(c.role.state.Load())
		c.watchTimer.Reset(pumpDelay)
	}
}

// onWatch runs when the timer fires.
func (c *Conn) onWatch() {
	c.watching.Store(false)
	if c.role.state.Load() != c.watched.Load() {
		c.watch() // somebody read meanwhile
		return
	}
	if c.room() && c.role.take() {
		c.pump()
	}
}

// pump reads in the place of Receive until one arrives, the inbox is full, or
// the connection ends. The caller holds the role.
func (c *Conn) pump() {
	c.pumping.Store(true)
	c.rd.shrink()
	for c.room() {
		m, err := c.read(nil)
		switch {
		case err == errInterrupted:
			c.pumping.Store(false)
			c.release()
			return
		case err != nil:
			c.holdBack(err)
			c.pumping.Store(false)
			c.failRead(err) // gives the role away
			return
		}
		c.in.Push(m)
	}
	c.pumping.Store(false)
	c.role.free()
	c.in.Signal()
}

// release gives the role to whoever waits for it, or to the pump.
func (c *Conn) release() {
	c.role.free()
	c.in.Signal()
	c.watch()
}

// interrupt makes whoever reads look up: a read deadline is resumable at every
// byte, over TLS too.
func (c *Conn) interrupt() { c.nc.SetReadDeadline(aLongTimeAgo) }
