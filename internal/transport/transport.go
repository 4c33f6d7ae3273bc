// Package transport is the seam between package client and the two ways a
// message can travel: RFC 6455 over TCP (transport_native) and the browser's
// WebSocket (transport_wasm).
//
// Whatever is added here must be written twice, so the seam moves whole
// messages and knows nothing of options' defaults, reconnection or
// statistics. Those are written once, in package client.
package transport

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/amphiwire/amphiwire/internal/lean"
)

// Type is a message's type: its opcode in RFC 6455, section 5.2.
type Type uint8

// The two types of message that applications exchange.
const (
	Text   Type = 1
	Binary Type = 2
)

// A Message is one whole message. Its Data belongs to whoever holds it.
type Message struct {
	Type Type
	Data []byte
}

// Config is what both transports need to know to dial. Every field is
// resolved: package client has applied the defaults already.
type Config struct {
	// URL is absolute, its scheme ws or wss.
	URL string
	// Subprotocols are offered in this order.
	Subprotocols []string
	// MaxMessageSize limits a received message, in bytes. It is positive;
	// math.MaxInt64 means that there is no limit.
	MaxMessageSize int64
	// MaxBuffered limits what is held for a program that does not receive,
	// in bytes of payload. It is positive.
	MaxBuffered int64
	// CloseTimeout bounds the closing handshake. It is positive; one nanosecond
	// means that Close does not wait for the peer.
	CloseTimeout time.Duration
	// Frame is told of each frame that is about to be written or whose header
	// has been read; where there are no frames, of each message. nil: nobody.
	Frame func(Frame)
}

// A Frame is the header of a frame: RFC 6455, section 5.2.
type Frame struct {
	Sent, Fin, Compressed bool
	Opcode                uint8
	Length                int64
}

// Whole is the frame that stands for m where there are no frames.
func (m Message) Whole(sent bool) Frame {
	return Frame{Sent: sent, Fin: true, Opcode: uint8(m.Type), Length: int64(len(m.Data))}
}

// Conn is an open connection. All methods may be called concurrently.
type Conn interface {
	// Send returns when m has been handed to the kernel or the browser. If
	// ctx ends before the first byte is on its way the connection lives on;
	// if it ends later, the connection is broken. m.Data may be reused when
	// Send returns.
	Send(ctx context.Context, m Message) error
	// Receive returns the next message, in buf where it fits. It may be
	// cancelled without loss. When nothing is left it returns the error
	// that ended the connection, the same one for ever.
	Receive(ctx context.Context, buf []byte) (Message, error)
	// Ping sends a ping and waits for its pong.
	Ping(ctx context.Context) (time.Duration, error)
	// Close performs the closing handshake, bounded by Config.CloseTimeout,
	// and releases everything. Calls after the first wait for it and return
	// what it returned.
	Close(code uint16, reason string) error
	// Done is closed when the connection can carry no more messages.
	Done() <-chan struct{}
	// Err is the error that ended the connection, nil before Done is closed.
	Err() error
	// Subprotocol is what the server selected.
	Subprotocol() string
}

// Measured is a Conn of a transport that sends pings of its own.
type Measured interface {
	// Latency is the round trip of the last ping that was answered; 0 before.
	Latency() time.Duration
}

// ErrClosed ends a connection that this side closed.
var ErrClosed = errors.New("use of closed connection")

// A CloseError ends a connection that a Close frame, or the lack of one,
// ended. Code is 1005 where the frame held none and 1006 where no frame came.
type CloseError struct {
	_      lean.NoCompare
	Code   uint16
	Reason string
	Remote bool
	Err    error // what happened instead of a closing handshake, if known
}

func (e *CloseError) Error() string {
	s := "closed with " + strconv.Itoa(int(e.Code))
	if e.Reason != "" {
		s += " " + lean.Quote(e.Reason)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *CloseError) Unwrap() error { return e.Err }

// A TooBigError ends a connection whose peer sent a message over
// Config.MaxMessageSize. Size is what was seen, which may be less than the
// whole message.
type TooBigError struct{ Limit, Size int64 }

func (e *TooBigError) Error() string {
	return "message of " + strconv.FormatInt(e.Size, 10) + " bytes or more is over the limit of " +
		strconv.FormatInt(e.Limit, 10)
}

// An OverrunError ends a connection, of a transport that cannot push back,
// whose peer sent more than Config.MaxBuffered before the program received.
type OverrunError struct{ Limit, Size int64 }

func (e *OverrunError) Error() string {
	return strconv.FormatInt(e.Size, 10) + " bytes not yet received are over the limit of " +
		strconv.FormatInt(e.Limit, 10)
}

// A HandshakeError says why a connection was not opened. StatusCode, Header
// and Body are the server's answer, or a proxy's, where there was one and the
// platform shows it; Err is the cause.
type HandshakeError struct {
	Proxy      bool // it is a proxy's
	StatusCode int
	Header     map[string][]string
	Body       []byte
	Err        error
}

func (e *HandshakeError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *HandshakeError) Unwrap() error { return e.Err }
