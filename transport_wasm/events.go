package wasm

import "github.com/amphiwire/amphiwire/internal/transport"

// Opened implements events. What a page puts in the place of the platform's
// WebSocket may say more than once that it is open, and that it is closed.
func (c *conn) Opened(protocol string) {
	if !c.isOpen() {
		c.protocol = protocol
		close(c.opened)
	}
}

// isOpen reports whether the handshake has succeeded, now or in the past.
func (c *conn) isOpen() bool { return isClosed(c.opened) }

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// Accept implements events. It holds a message to the limits before memory is
// allocated for it.
func (c *conn) Accept(atLeast int) bool {
	if c.cause() != nil {
		return false
	}
	if size := int64(atLeast); size > c.config.MaxMessageSize {
		c.breakOff(&transport.TooBigError{Limit: c.config.MaxMessageSize, Size: size})
		return false
	}
	if c.held+int64(atLeast) <= c.config.MaxBuffered {
		return true
	}
	c.held = c.inbox.Bytes() // less, if something was received meanwhile
	if held := c.held + int64(atLeast); held > c.config.MaxBuffered {
		c.breakOff(&transport.OverrunError{Limit: c.config.MaxBuffered, Size: held})
		return false
	}
	return true
}

// Message implements events. A text has been accepted by a size that may be
// too small, so that it is asked for again; a binary message, by its own.
func (c *conn) Message(text bool, data []byte) {
	if text && !c.Accept(len(data)) {
		return
	}
	m := transport.Message{Type: transport.Binary, Data: data}
	if text {
		m.Type = transport.Text
	}
	c.held = c.inbox.Push(m)
}

// Turn implements events: a Send that has done much work may go on.
func (c *conn) Turn() {
	c.work.Store(0)
	select {
	case c.turned <- struct{}{}:
	default:
	}
}

// Failed implements events. Without an error the platform has nothing to say,
// and a close event follows, except from an engine that forgets it for a dial.
func (c *conn) Failed(err error) {
	switch {
	case err != nil:
		c.breakOff(&transport.CloseError{Code: codeAbnormal, Err: err})
	case !c.isOpen():
		c.end(errDial)
	}
}

// Closed implements events. What was received before is delivered before the
// error.
//
// RFC 6455, section 7.1.5: "If this Close control frame contains no status
// code, _The WebSocket Connection Close Code_ is considered to be 1005. If
// _The WebSocket Connection is Closed_ and no Close control frame was received
// by the endpoint […], _The WebSocket Connection Close Code_ is considered to
// be 1006."
func (c *conn) Closed(code uint16, reason string, clean bool) {
	if isClosed(c.gone) {
		return
	}
	c.clean = clean
	close(c.gone)
	if !c.isOpen() {
		c.end(errDial)
		return
	}
	closed := closeError(code, reason)
	if c.end(closed) {
		c.finish()
		c.inbox.End(closed)
		c.release()
	}
}

// closeError is what a close event says. An engine that lets any code pass
// gets what the others make of one that must not be there.
func closeError(code uint16, reason string) *transport.CloseError {
	closed := &transport.CloseError{Code: code, Reason: reason, Remote: true}
	switch {
	case code == codeAbnormal:
		closed.Err = errLost
	case !mayBeReported(code):
		return &transport.CloseError{Code: codeProtocolError, Err: &closeCodeError{code}}
	}
	return closed
}

// mayBeReported reports whether the close event of a connection that was open
// may have the code: because it may be in a Close frame, or because it stands
// for what happened instead (1005 and 1006). RFC 6455, section 7.4.2: "Status
// codes in the range 0-999 are not used", and those up to 2999 have to be
// registered.
func mayBeReported(code uint16) bool {
	switch {
	case code == 1004:
		return false
	case code >= codeNormal && code < codeTLS:
		return true
	}
	return code >= 3000 && code <= 4999
}

// breakOff ends a connection because of what the peer sent. What is in the
// inbox is still delivered. The peer sees a Close frame without a code: those
// that would tell it why (1009, 1008) are not for programs to send.
func (c *conn) breakOff(err error) {
	if c.end(err) {
		c.finish()
		c.inbox.End(err)
		go func() { // closing may wait, and an event must not
			_ = c.shut(0, "") // nobody waits for the outcome
		}()
	}
}
