package client

import (
	"errors"
	"io"
	"strconv"

	"github.com/amphiwire/amphiwire/internal/lean"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// ErrClosed is what methods of a [Conn] return after its Close or CloseWith.
// errors.Is(ErrClosed, net.ErrClosed) holds, also in a js build that does not
// contain package net.
var ErrClosed error = &closedError{}

// ErrInvalidUTF8 is returned by Send for a text message that is not valid
// UTF-8 (RFC 6455, section 5.6). Nothing has been sent.
var ErrInvalidUTF8 = errors.New("client: text message is not valid UTF-8")

// ErrMessageType is returned by Send for a message that is neither text nor
// binary. Nothing has been sent.
var ErrMessageType = errors.New("client: message is neither text nor binary")

// ErrCloseCode is returned by CloseWith for a code that no endpoint may send.
// The connection stays open.
var ErrCloseCode = errors.New("client: close code must not be sent")

// ErrQueueFull is why a message was not queued, or taken out of the queue
// again: it is at one of the limits of [SendQueue].
var ErrQueueFull = errors.New("client: send queue is full")

// ErrExpired is why a message was taken out of the queue: it waited longer
// than its TTL.
var ErrExpired = errors.New("client: message waited longer than its TTL")

// ErrNotConnected is returned by Ping while there is no connection, and by
// SendWith for a Volatile message that would have to wait for one or for
// those that are queued. Nothing has been sent.
var ErrNotConnected = errors.New("client: not connected")

// An InDoubtError says that a message was being written when the connection
// broke: the peer may have got it or not. It is not sent again, since only the
// application knows whether that would do harm.
type InDoubtError struct {
	Err error // what broke the connection
}

// Error returns one line with the cause.
func (e *InDoubtError) Error() string {
	return "client: the connection broke while the message was written: " + e.Err.Error()
}

// Unwrap returns Err.
func (e *InDoubtError) Unwrap() error { return e.Err }

// An UndeliveredError is returned by CloseWith when messages that Send had
// queued could not be sent in time. SendQueue.OnDrop has been told of each.
type UndeliveredError struct {
	Unsent  []Message // of which nothing was sent, in order
	InDoubt []Message // that were being written when a connection broke during the Close
	Err     error     // what went wrong
}

// Error returns one line with both numbers and the cause.
func (e *UndeliveredError) Error() string {
	return "client: closed with " + strconv.Itoa(len(e.Unsent)) + " messages unsent and " +
		strconv.Itoa(len(e.InDoubt)) + " in doubt: " + e.Err.Error()
}

// Unwrap returns Err.
func (e *UndeliveredError) Unwrap() error { return e.Err }

type closedError struct{}

func (*closedError) Error() string { return "client: use of closed connection" }

// Is makes errors.Is(ErrClosed, net.ErrClosed) true. It goes by the text of
// net.ErrClosed, which Go has promised to keep, because importing package net
// would nearly double a js bundle.
func (*closedError) Is(target error) bool {
	return target.Error() == "use of closed network connection"
}

// A CloseError says how a connection ended: by the peer's Close frame, by a
// Close frame with which this side ended it because the peer broke the
// protocol, or without any.
//
// errors.Is(err, io.EOF) holds for an orderly end by the peer: Remote, with
// code 1000, 1001 or 1005.
type CloseError struct {
	// Code is CloseNoStatus if the Close frame held none and CloseAbnormal
	// if the connection was lost without a Close frame.
	Code CloseCode
	// Reason is the text that came with the code, at most 123 bytes.
	Reason string
	// Remote is true if the peer, or the network, ended the connection, and
	// false if this side did: because of what the peer sent, because it did not
	// answer a heartbeat, or because the context of a Send ended in the middle
	// of its message.
	Remote bool

	err error
}

// Error returns one line with the code, the reason, and the cause if known.
func (e *CloseError) Error() string {
	s := "client: closed by the peer with "
	if !e.Remote {
		s = "client: closed with "
	}
	if e.Code == CloseAbnormal {
		s = "client: connection lost: "
	}
	s += e.Code.String()
	if e.Reason != "" {
		s += " " + quote(e.Reason)
	}
	if e.err != nil {
		s += ": " + e.err.Error()
	}
	return s
}

// Unwrap returns what happened, where that is known: a network error, or the
// rule that the peer broke.
func (e *CloseError) Unwrap() error { return e.err }

// Is reports whether target is io.EOF and the end was an orderly one.
func (e *CloseError) Is(target error) bool {
	return target == io.EOF && e.orderly()
}

func (e *CloseError) orderly() bool {
	return e.Remote && (e.Code == CloseNormal || e.Code == CloseGoingAway || e.Code == CloseNoStatus)
}

// A ConnectError says why Connect failed, or a later dial.
type ConnectError struct {
	// URL is the one given to Connect, or what Prepare has made of it, without
	// user information and query, which may hold secrets.
	URL string
	// StatusCode is that of the server's answer, or of a proxy's, if there was
	// one. In a browser it is 0: it hides the answer from the page.
	StatusCode int
	// Header is the answer's, its names in canonical form.
	Header map[string][]string
	// Body is at most the first 1,024 bytes of the answer's body, if its
	// status was not 101 (Switching Protocols).
	Body []byte
	// Err is the cause.
	Err error

	final bool // another dial would give the same
}

// Error returns one line with the URL and the cause.
func (e *ConnectError) Error() string { return "client: connect " + e.URL + ": " + e.Err.Error() }

// Unwrap returns Err.
func (e *ConnectError) Unwrap() error { return e.Err }

// A MessageTooBigError ends a connection whose peer sent a message over
// [Options.MaxMessageSize]. Natively the peer is told with
// CloseMessageTooBig; a browser page cannot send that code.
type MessageTooBigError struct {
	Limit int64 // in bytes
	Size  int64 // what was seen, in bytes; the message may have been longer
}

// Error returns one line with both numbers.
func (e *MessageTooBigError) Error() string {
	return "client: received message of at least " + strconv.FormatInt(e.Size, 10) +
		" bytes, over MaxMessageSize of " + strconv.FormatInt(e.Limit, 10)
}

// A BufferFullError ends a connection in a browser whose peer sent more than
// [Options.MaxBuffered] while the program did not receive. A native
// connection has no need of it: it stops reading, and TCP holds the peer back.
type BufferFullError struct {
	Limit int64 // in bytes
	Size  int64 // what waited, in bytes
}

// Error returns one line with both numbers.
func (e *BufferFullError) Error() string {
	return "client: " + strconv.FormatInt(e.Size, 10) +
		" bytes wait to be received, over MaxBuffered of " + strconv.FormatInt(e.Limit, 10)
}

// fromTransport turns an error of the seam into this package's. It is called
// once for the error that ends a connection, so that Receive can return the
// same value for ever.
func fromTransport(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, transport.ErrClosed) {
		return ErrClosed
	}
	if e, ok := lean.As[*transport.CloseError](err); ok {
		return &CloseError{CloseCode(e.Code), e.Reason, e.Remote, e.Err}
	}
	if e, ok := lean.As[*transport.TooBigError](err); ok {
		return &MessageTooBigError{e.Limit, e.Size}
	}
	if e, ok := lean.As[*transport.OverrunError](err); ok {
		return &BufferFullError{e.Limit, e.Size}
	}
	return &CloseError{Code: CloseAbnormal, Remote: true, err: err}
}

// connectError names url in err. A context's own error stays visible to
// errors.Is.
func connectError(url string, err error) error {
	e := &ConnectError{URL: redact(url), Err: err}
	if h, ok := lean.As[*transport.HandshakeError](err); ok {
		e.StatusCode, e.Header, e.Body = h.StatusCode, h.Header, h.Body
		if err == error(h) {
			e.Err = h.Err // what wraps it says more, that it was a proxy for example
		}
	}
	return e
}

// finalError is connectError for what another dial would not mend.
func finalError(url string, err error) error {
	return &ConnectError{URL: redact(url), Err: err, final: true}
}
