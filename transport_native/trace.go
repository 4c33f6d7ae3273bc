package native

import (
	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// A trace is told of frames; it is Config.Frame, and may be nil.
type trace func(transport.Frame)

func (t trace) tell(h rfc6455.Header, sent bool) {
	if t != nil {
		t(transport.Frame{Sent: sent, Fin: h.Fin, Compressed: h.RSV1, Opcode: uint8(h.Opcode), Length: h.Length})
	}
}

// control tells of a control frame of this side.
func (t trace) control(op rfc6455.Opcode, payload []byte) {
	t.tell(rfc6455.Header{Fin: true, Opcode: op, Length: int64(len(payload))}, true)
}
