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
	pinged            bool        // a ping was sent when arrived was last cleared
	progress          uint64      // of the writer then
	arrived           atomic.Bool // bytes have arrived since
}

// startKeepalive starts the timer, unless interval is 0.
func (c *Conn) startKeepalive(interval, timeout time.Duration) {
	k := &c.alive
	k.interval, k.timeout = interval, timeout
	if interval > 0 {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.timer = time.AfterFunc(interval, c.onKeepalive)
	}
}

// onKeepalive runs an interval after the last ping was answered, or a timeout
// after one was sent.
func (c *Conn) onKeepalive() {
	k := &c.alive
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.timer == nil {
		return // stopped meanwhile
	}
	arrived := k.arrived.Swap(false)
	switch {
	case k.pinged && !arrived && (c.deaf() || c.w.moving(&k.progress)):
		k.timer.Reset(k.timeout) // nobody listens, or the ping could not leave yet
	case k.pinged && !arrived:
		k.timer = nil
		c.goroutines.Go(func() { c.lost(&transport.CloseError{Code: 1006, Remote: true, Err: errSilent}) })
	case k.pinged:
		k.pinged = false
		k.timer.Reset(k.interval)
	default:
		c.sendPing(c.pings.keep())
		c.w.moving(&k.progress)
		k.pinged = k.timeout > 0
		k.timer.Reset(next(k.interval, k.timeout))
	}
}

func next(interval, timeout time.Duration) time.Duration {
	if timeout > 0 {
		return timeout
	}
	return interval
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
func (c *Conn) deaf() bool { return c.in.Bytes() >= c.cfg.MaxBuffered }

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
