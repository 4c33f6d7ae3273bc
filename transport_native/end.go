package native

import (
	"errors"
	"sync"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/rfc7692"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// The phases of a connection. Each is entered once, in this order; isClosing is
// left out when the peer, or the network, ends the connection.
type phase uint8

const (
	isOpen    phase = iota
	isClosing       // this side's Close is under way
	isEnded         // no message will come or go any more
)

// end is how a connection ends.
type end struct {
	mu    sync.Mutex
	phase phase
	err   error         // set in phases isClosing and isEnded: what calls return
	peer  error         // what the reader met in phase isClosing
	over  chan struct{} // closed when phase isOpen ends
	done  chan struct{} // closed when phase isEnded begins
	gone  chan struct{} // closed when nothing is left, not even the socket
}

func (e *end) init() {
	e.over, e.done, e.gone = make(chan struct{}), make(chan struct{}), make(chan struct{})
}

// cause is why the connection ended; nil before it did.
func (e *end) cause() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.phase != isEnded {
		return nil
	}
	return e.err
}

// reason is what calls return once phase isOpen is over.
func (e *end) reason() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.err
}

// enter moves to phase p with err. It reports whether the connection was open.
func (e *end) enter(p phase, err error) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.phase != isOpen {
		return false
	}
	e.phase, e.err = p, err
	close(e.over)
	if p == isEnded {
		close(e.done)
	}
	return true
}

// meet records what the reader met while this side was closing.
func (e *end) meet(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.phase == isClosing && e.peer == nil {
		e.peer = err
	}
}

// met is what meet recorded.
func (e *end) met() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.peer
}

// finish ends phase isClosing.
func (e *end) finish() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.phase = isEnded
	close(e.done)
}

// failRead ends the connection because of what the reader met: the peer's
// Close frame, a violation of the protocol, or a failure of the network. The
// caller holds the role, which farewell keeps. If the connection is ending for
// another reason, the role is freed for whoever ends it.
func (c *Conn) failRead(err error) {
	c.readWatch.clear()
	err = c.ending(err)
	if !c.end.enter(isEnded, err) {
		c.end.meet(err)
		c.role.free()
		c.in.Signal()
		return
	}
	c.settle(err)
	c.goroutines.Go(func() { c.farewell(err) })
}

// lost ends the connection without a closing handshake. It returns what ended
// it, which may have happened earlier.
func (c *Conn) lost(err *transport.CloseError) error {
	first := c.end.enter(isEnded, err)
	c.drop()
	if first {
		c.settle(err)
		c.seizeRole()
		c.leave()
	}
	return c.end.reason()
}

// settle makes err what everybody sees.
func (c *Conn) settle(err error) {
	c.alive.stop()
	c.in.End(err)
	c.w.refuse(err)
}

// leave releases what is left.
func (c *Conn) leave() {
	c.hangUp()
	c.watchTimer.Stop()
	close(c.end.gone)
}

// ending is the error that a connection ends with when its reader meets err.
func (c *Conn) ending(err error) error {
	var violation *rfc6455.Error
	var tooBig *rfc6455.TooBigError
	var inflated *rfc7692.TooBigError
	var corrupt *rfc7692.CorruptError
	var closed *transport.CloseError
	switch {
	case errors.As(err, &closed):
		return closed
	case errors.As(err, &violation):
		return &transport.CloseError{Code: violation.Code, Reason: violation.Msg, Err: err}
	case errors.As(err, &tooBig):
		return &transport.TooBigError{Limit: c.cfg.MaxMessageSize, Size: tooBig.Size} // of whichever form
	case errors.As(err, &inflated):
		return &transport.TooBigError{Limit: c.cfg.MaxMessageSize, Size: inflated.Size}
	case errors.As(err, &corrupt):
		return &transport.CloseError{Code: 1007, Reason: "corrupt deflate data", Err: err}
	}
	return &transport.CloseError{Code: 1006, Remote: true, Err: err}
}
