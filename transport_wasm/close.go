package wasm

import (
	"time"
	"unicode/utf8"

	"github.com/amphiwire/amphiwire/internal/lean"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// The close codes of RFC 6455, section 7.4.1, that this package has to know.
const (
	codeNormal        = 1000
	codeProtocolError = 1002
	codeAbnormal      = 1006
	codeTLS           = 1015 // for dials that fail; not on the wire
)

const maxReason = 123 // RFC 6455, section 5.5: 125 bytes less the code's two

// Close implements transport.Conn. It returns nil if the connection had ended
// before. If the platform does not finish within CloseTimeout the connection
// is left to it, and the error wraps context.DeadlineExceeded.
func (c *conn) Close(code uint16, reason string) error {
	if !c.closing.CompareAndSwap(false, true) {
		<-c.closed
		return c.closeErr
	}
	first := c.end(transport.ErrClosed)
	c.inbox.Discard(transport.ErrClosed)
	if first {
		c.closeErr = c.shut(sendable(code, reason))
		c.finish()
	}
	<-c.released
	close(c.closed)
	return c.closeErr
}

// shut performs the closing handshake, waiting for at most CloseTimeout, and
// releases the socket. Browsers have timeouts of their own, much longer ones:
// what is left to the platform after ours ends in the background, unheard.
func (c *conn) shut(code uint16, reason string) error {
	err := c.socket.Close(code, reason)
	if err == nil {
		select {
		case <-c.gone:
			if !c.clean {
				err = &transport.CloseError{Code: codeAbnormal, Remote: true, Err: errLost}
			}
		case <-c.released: // by a dial that failed: no event comes
		case <-time.After(c.config.CloseTimeout):
			err = errDetached(c.config.CloseTimeout)
		}
	}
	c.release()
	return err
}

// sendable returns what the platform lets a program send.
//
// WHATWG WebSockets, section 3.1, close(code, reason): "If code is present,
// but is neither an integer equal to 1000 nor an integer in the range 3000 to
// 4999, inclusive, throw an "InvalidAccessError" DOMException." And: "If
// reasonBytes is longer than 123 bytes, then throw a "SyntaxError"
// DOMException."
func sendable(code uint16, reason string) (uint16, string) {
	if code != codeNormal && (code < 3000 || code > 4999) {
		return 0, "" // a reason cannot be sent without a code
	}
	return code, cut(reason)
}

// cut shortens reason to what fits into a Close frame, between two
// characters. What is not UTF-8 is replaced first, because that may make it
// longer.
func cut(reason string) string {
	reason = lean.ToValidUTF8(reason)
	if len(reason) <= maxReason {
		return reason
	}
	end := maxReason
	for !utf8.RuneStart(reason[end]) {
		end--
	}
	return reason[:end]
}
