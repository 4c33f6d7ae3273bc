package native

import (
	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/transport"
)

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
