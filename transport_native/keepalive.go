package native

import (
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// errSilent is why a connection is given up on which nothing has arrived since
// the last ping.
var errSilent = errors.New("nothing has arrived within PingTimeout of a ping")

// keepalive pings at every interval, and gives the connection up when nothing
// arrives after that. Whatever arrives proves the peer alive: the
// pong itself may have to wait behind a long message.
type keepalive struct {
	interval, timeout time.Duration
	mu                sync.Mutex
	timer             *time.Timer
	next              time.Time   // when to ping
	deadline          time.Time   // when something has to have arrived; zero: no ping is out
	progress          uint64      // of the writer when the ping was sent
	arrived           atomic.Bool // bytes have arrived since the timer last ran
}

// startKeepalive starts the timer, unless interval is 0.
func (c *Conn) startKeepalive(interval, timeout time.Duration) {
	k := &c.alive
	k.interval, k.timeout = interval, timeout
	if interval > 0 {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.next = time.Now().Add(interval)
		k.timer = time.AfterFunc(interval, c.onKeepalive)
	}
}

// onKeepalive runs when a ping is due, and as long as one is not answered also
// when the connection may have to be given up.
func (c *Conn) onKeepalive() {
	k := &c.alive
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.timer == nil {
		return // stopped meanwhile
	}
	now := time.Now()
	if k.arrived.Swap(false) {
		k.deadline = time.Time{}
	}
	switch {
	case k.deadline.IsZero() && !now.Before(k.next):
		c.keepalivePing(now)
	case k.deadline.IsZero() || now.Before(k.deadline):
	case c.deaf() || c.w.moving(&k.progress):
		k.deadline = now.Add(k.timeout) // nobody listens, or the ping could not leave yet
	default:
		k.timer = nil
		c.goroutines.Go(func() { c.lost(&transport.CloseError{Code: 1006, Remote: true, Err: errSilent}) })
		return
	}
	k.timer.Reset(k.wait(now))
}

// keepalivePing sends a ping. The next is due an interval later, whenever this
// one is answered.
func (c *Conn) keepalivePing(now time.Time) {
	k := &c.alive
	c.sendPing(c.pings.keep())
	c.w.moving(&k.progress)
	k.next = now.Add(k.interval)
	if k.timeout > 0 {
		k.deadline = now.Add(k.timeout)
	}
}

// wait is how long there is nothing to do. While a ping is out, its answer may
// come at any time, and with it the turn of the next.
func (k *keepalive) wait(now time.Time) time.Duration {
	if k.deadline.IsZero() {
		return k.next.Sub(now)
	}
	return min(k.interval, k.deadline.Sub(now))
}

// moving reports whether control frames still wait for a long message to be
// written, and some of it has been since seen was last updated.
func (w *writer) moving(seen *uint64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	before := *seen
	*seen = w.writes.Load()
	return len(w.control) > 0 && *seen != before
}

// deaf reports whether the socket is not being read because the program has
// let the inbox fill up.
func (c *Conn) deaf() bool { return !c.room() }

// stop ends keepalive.
func (k *keepalive) stop() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.timer != nil {
		k.timer.Stop()
		k.timer = nil
	}
}

// counted notes what arrives.
func (c *Conn) counted(r io.Reader) io.Reader { return &arrivals{r, &c.alive.arrived} }

type arrivals struct {
	io.Reader
	arrived *atomic.Bool
}

func (a *arrivals) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	if n > 0 && !a.arrived.Load() {
		a.arrived.Store(true)
	}
	return n, err
}
