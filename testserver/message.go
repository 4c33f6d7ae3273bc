package testserver

import (
	"errors"
	"fmt"
)

// A MessageType is the type of a WebSocket message: its opcode in RFC 6455,
// section 5.2.
type MessageType uint8

// The two types of message that applications exchange.
const (
	TextMessage   MessageType = 1
	BinaryMessage MessageType = 2
)

// A Message is one whole WebSocket message.
type Message struct {
	// Type is TextMessage or BinaryMessage.
	Type MessageType
	// Data is UTF-8 in a TextMessage. What Receive returned is the caller's.
	Data []byte
}

// ErrInvalidUTF8 is what Send returns for a text message that is not UTF-8.
// Nothing was sent and the connection goes on.
var ErrInvalidUTF8 = errors.New("testserver: text message is not UTF-8")

// A CloseError is why a [Peer] has ended, other than by its own Close.
type CloseError struct {
	// Code is the close code: the client's where Remote is set, otherwise the
	// one that was sent to it. 1005: the client's Close frame had none; 1006:
	// the connection was lost without a Close frame.
	Code uint16
	// Reason is what went with Code, "" for nothing.
	Reason string
	// Remote says that the client ended the connection, in order or not.
	Remote bool
	// Err is the violation that the client was found guilty of, or what
	// happened to the connection; nil after a closing handshake.
	Err error
}

// Error says who closed, with which code and why.
func (e *CloseError) Error() string {
	who := "server"
	if e.Remote {
		who = "client"
	}
	s := fmt.Sprintf("closed by the %s with %d", who, e.Code)
	if e.Reason != "" {
		s += fmt.Sprintf(" %q", e.Reason)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns Err.
func (e *CloseError) Unwrap() error { return e.Err }
