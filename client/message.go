package client

import "github.com/amphiwire/amphiwire/internal/transport"

// MessageType says whether a message is text or binary. Its values are the
// opcodes of RFC 6455, section 5.2.
type MessageType uint8

// The types of message.
const (
	TextMessage   = MessageType(transport.Text)   // Data is valid UTF-8
	BinaryMessage = MessageType(transport.Binary) // Data is any bytes
)

// String returns "text" or "binary".
func (t MessageType) String() string {
	switch t {
	case TextMessage:
		return "text"
	case BinaryMessage:
		return "binary"
	}
	return "unknown"
}

// A Message is what one call of Send transmits and one call of Receive
// returns, whole, however many frames carried it.
type Message struct {
	Type MessageType // TextMessage or BinaryMessage
	Data []byte      // the payload; nil and empty are the same to Send
}

// Text returns a text message of s, which must be valid UTF-8 when it is sent.
func Text(s string) Message { return Message{Type: TextMessage, Data: []byte(s)} }

// Binary returns a binary message of p. It does not copy p.
func Binary(p []byte) Message { return Message{Type: BinaryMessage, Data: p} }
