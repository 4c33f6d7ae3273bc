package native

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/rfc7692"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// shareSize is how much of the waiting messages may join one write.
const shareSize = 64 << 10

// A writer orders what many goroutines send. Whoever finds it idle writes
// itself; others queue up, and the first of them writes for all that wait when
// its turn comes. Control frames go first.
type writer struct {
	mu      sync.Mutex
	busy    bool      // a goroutine writes
	idle    sync.Cond // signalled when busy ends
	shut    error     // why no more messages are accepted
	err     error     // why nothing is written any more, not even what waits
	control []byte    // control frames that wait
	pong    int       // where the last of them begins, if it is a pong
	queue   []*send   // messages that wait
	flying  []*send   // messages that are being written
	spare   []*send   // for reuse
	cut     error     // why the write in progress has been told to fail
	begun   bool      // something of it is on its way; used by who writes
	watch   ctxWatch  // on the context of who writes
	keys    maskKeys  // used by who writes
	writes  atomic.Uint64
	told    trace

	deflater *rfc7692.Deflater            // nil: not negotiated; used by who writes
	compress func(transport.Message) bool // whether a message is worth it
}

// A send is a message on its way. Those that are done with are kept by their
// connection, not in a pool that connections share: in a test on a fake clock
// a channel must not leave its bubble.
type send struct {
	m    transport.Message
	ctx  context.Context
	turn chan bool // true: it is your turn to write; false: it is done
	err  error
}

// size is the most that s needs in a write.
func (s *send) size() int { return rfc6455.MaxHeaderSize + len(s.m.Data) }

// maxSpare bounds what a burst of senders leaves behind.
const maxSpare = 16

// Send implements transport.Conn.
func (c *Conn) Send(ctx context.Context, m transport.Message) error {
	w := &c.w
	_ = ctx.Done() // of a nil one, panics before anything is locked
	w.mu.Lock()
	err := w.shut
	if err == nil {
		err = ctx.Err() // from here on breakWrite sees what lead does
	}
	if err != nil {
		w.mu.Unlock()
		return err
	}
	s := w.newSend(ctx, m)
	if !w.busy {
		w.busy = true
		return c.lead(s)
	}
	if s.turn == nil {
		s.turn = make(chan bool, 1)
	}
	w.queue = append(w.queue, s)
	w.mu.Unlock()
	return c.awaitTurn(s)
}

// newSend is called with mu held.
func (w *writer) newSend(ctx context.Context, m transport.Message) *send {
	n := len(w.spare)
	if n == 0 {
		return &send{ctx: ctx, m: m}
	}
	s := w.spare[n-1]
	w.spare = w.spare[:n-1]
	s.ctx, s.m = ctx, m
	return s
}

// recycle is called with mu held, when nobody else has s.
func (w *writer) recycle(s *send) {
	s.m, s.ctx, s.err = transport.Message{}, nil, nil
	if len(w.spare) < maxSpare {
		w.spare = append(w.spare, s)
	}
}

// lead writes s, and with it what may share the write. The caller holds busy
// and w.mu, which lead unlocks.
func (c *Conn) lead(s *send) (err error) {
	w := &c.w
	for again := true; again; {
		control := w.take(s)
		if ctx := s.ctx; w.watch.differs(ctx) {
			w.watch.set(ctx, func() { c.breakWrite(ctx) })
		}
		w.mu.Unlock()
		err = c.writeFlying(control)
		w.mu.Lock()
		again, err = c.written(control, err)
	}
	w.land(s, err)
	w.recycle(s)
	c.handOver()
	return err
}

// take moves s, and the waiting messages that may share a write with it, from
// the queue into the air, and returns the control frames that go before them.
func (w *writer) take(s *send) (control []byte) {
	control, w.control = w.control, nil
	w.flying = append(w.flying[:0], s)
	n := 0
	for size := s.size(); n < len(w.queue) && size+w.queue[n].size() <= shareSize; n++ {
		if w.queue[n].ctx.Err() != nil {
			break // it is about to give up
		}
		size += w.queue[n].size()
		w.flying = append(w.flying, w.queue[n])
	}
	w.queue = slices.Delete(w.queue, 0, n)
	return control
}

// land tells those whose messages were in the air how it went. s knows.
func (w *writer) land(s *send, err error) {
	for _, other := range w.flying {
		if other != s {
			other.err = err
			other.turn <- false
		}
	}
	clear(w.flying)
	w.flying, w.cut = w.flying[:0], nil
}

// handOver passes the turn to the first that waits. If none does but control
// frames do, a goroutine writes them: the caller has done its part, and its
// context may have ended. The caller holds busy and w.mu, which handOver
// unlocks.
func (c *Conn) handOver() {
	w := &c.w
	defer w.mu.Unlock()
	switch {
	case len(w.queue) > 0:
		next := w.queue[0]
		w.queue = slices.Delete(w.queue, 0, 1)
		next.turn <- true
	case len(w.control) > 0 && w.err == nil:
		c.goroutines.Go(c.flush)
	default:
		w.busy = false
		w.idle.Broadcast()
	}
}

// refuse makes err what Send returns from now on, also to those who wait.
func (w *writer) refuse(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return
	}
	w.shut, w.err = err, err
	for _, s := range w.queue {
		s.err = err
		s.turn <- false
	}
	w.queue = nil
	w.watch.clear()
}

// last writes a Close frame. RFC 6455, section 5.5.1: "The application MUST NOT
// send any more data frames after sending a Close frame." So it waits until
// what has been accepted is written; what Send returns from now on is err. The
// pings that came before are answered first.
func (c *Conn) last(payload []byte, err error) error {
	w := &c.w
	w.mu.Lock()
	w.shut = err
	for w.busy {
		w.idle.Wait()
	}
	w.busy = true
	w.mu.Unlock()
	defer func() { // also after a panic of told's
		w.mu.Lock()
		w.control = nil
		c.handOver()
	}()
	w.refuse(err)
	w.told.control(rfc6455.OpClose, payload)
	return w.write(c.nc, appendControl(w.control, rfc6455.OpClose, payload), nil)
}
