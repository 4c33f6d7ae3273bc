package rfc6455

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// An error says what was seen and cites the section, or names the limit.
func TestErrorMessages(t *testing.T) {
	large := Receiver{MaxMessageSize: 10, MaxFragments: 1}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{(&Receiver{}).Frame(start(3, 0)), "rfc6455: reserved opcode 3 (RFC 6455, section 5.2)"},
		{(&Receiver{}).Frame(part(OpPing, 0)), "rfc6455: fragmented ping frame (RFC 6455, section 5.5)"},
		{(&Receiver{}).Frame(start(OpPing, 126)), "rfc6455: ping frame with a payload over 125 bytes (RFC 6455, section 5.5)"},
		{(&Receiver{}).Frame(Header{Fin: true, RSV1: true, RSV3: true, Opcode: OpText}), "rfc6455: text frame with reserved bits set: RSV1 RSV3 (RFC 6455, section 5.2)"},
		{(&Receiver{}).Frame(Header{Fin: true, Opcode: OpText, Masked: true}), "rfc6455: masked frame from a server (RFC 6455, section 5.1)"},
		{frames(&Receiver{}, part(OpText, 0), start(OpBinary, 0)), "rfc6455: binary frame inside a fragmented message (RFC 6455, section 5.4)"},
		{frames(&Receiver{}, start(OpClose, 0), start(OpPong, 0)), "rfc6455: pong frame after a close frame (RFC 6455, section 5.5.1)"},
		{large.Frame(start(OpText, math.MaxInt64)), "rfc6455: message of 9223372036854775807 bytes or more is over the limit of 10"},
		{frames(&Receiver{MaxFragments: 1}, part(OpText, 0), part(OpContinuation, 0)), "rfc6455: message of more than 1 fragments"},
		{&CloseCodeError{Code: 1006}, "rfc6455: close code 1006 must not be sent (RFC 6455, section 7.4)"},
		{mismatch("Upgrade", "h2c", "websocket"), `rfc6455: handshake: Upgrade is "h2c", want websocket`},
	} {
		assert.EqualError(t, tt.err, tt.want)
	}
	_, _, err := ParseHeader([]byte{0x82, 0x7e, 0, 124})
	assert.EqualError(t, err, "rfc6455: payload length 124 encoded in 16 bits (RFC 6455, section 5.2)")
}
