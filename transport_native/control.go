package native

import (
	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// maxControl bounds the pongs that wait while a write is stuck. RFC 6455,
// section 5.5.3: an endpoint that "has not yet sent Pong frame(s) in
// response to previous Ping frame(s) … MAY elect to send a Pong frame for
// only the most recently processed Ping frame".
const maxControl = 4 << 10

// control acts on the control frame that the reader has completed. A Close
// frame is returned as the error that ends the connection.
func (c *Conn) control() error {
	payload := c.rd.control
	switch c.rd.op {
	case rfc6455.OpPing:
		// RFC 6455, section 5.5.2: "Upon receipt of a Ping frame, an endpoint
		// MUST send a Pong frame in response, unless it already received a
		// Close frame. It SHOULD respond with Pong frame as soon as is
		// practical."
		c.sendControl(rfc6455.OpPong, payload)
	case rfc6455.OpPong:
		c.pings.pong(payload)
	case rfc6455.OpClose:
		code, reason, err := rfc6455.ParseClose(payload)
		if err != nil {
			return err
		}
		return &transport.CloseError{Code: code, Reason: reason, Remote: true}
	}
	return nil
}

// flush writes the control frames that wait. It holds busy.
func (c *Conn) flush() {
	w := &c.w
	w.mu.Lock()
	control := w.control
	w.control = nil
	w.mu.Unlock()
	if err := w.write(c.nc, control, nil); err != nil {
		c.failWrite(err, nil)
	}
	w.mu.Lock()
	c.handOver()
}

// sendControl sends a control frame as soon as the frame in progress has been
// written. It never waits: the caller may be the one who reads, and if neither
// side reads while it writes, both wait for ever.
func (c *Conn) sendControl(op rfc6455.Opcode, payload []byte) {
	if c.queueControl(op, payload) {
		c.w.told.control(op, payload)
	}
}

// queueControl makes the frame wait for its write. It returns false if it will
// not be written.
func (c *Conn) queueControl(op rfc6455.Opcode, payload []byte) bool {
	w := &c.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil || !w.room(op) {
		return false
	}
	w.control = appendControl(w.control, op, payload)
	if !w.busy {
		w.busy = true
		c.goroutines.Go(c.flush)
	}
	return true
}

// room makes room for a control frame. If there are too many, a pong replaces
// the last one.
func (w *writer) room(op rfc6455.Opcode) bool {
	if len(w.control) > maxControl {
		if op != rfc6455.OpPong || w.pong == 0 {
			return false
		}
		w.control = w.control[:w.pong]
	}
	w.pong = 0
	if op == rfc6455.OpPong {
		w.pong = len(w.control)
	}
	return true
}
