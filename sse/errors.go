package sse

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/amphiwire/amphiwire/internal/lean"
)

// ErrClosed is what a Stream's methods return after its Close. Natively
// errors.Is(ErrClosed, net.ErrClosed) holds too.
var ErrClosed error = &closedError{}

// closedError is a type of its own so that it can equal an error of a package
// that is linked natively alone.
type closedError struct{}

func (*closedError) Error() string        { return "sse: use of closed stream" }
func (*closedError) Is(target error) bool { return netErrClosed != nil && target == netErrClosed }

// A ConnectError says why there is no stream of events: why Connect failed,
// or why a Stream ended that could not be opened again. If there was an
// answer, StatusCode is not 0, and 200 if its content type or its
// encoding was the trouble.
type ConnectError struct {
	// URL is what was asked for, without user and password.
	URL string
	// StatusCode is the answer's status, 0 if there was none.
	StatusCode int
	// Header is the answer's header, names in canonical form.
	Header map[string][]string
	// Body is the start of the answer's body: at most 64 KiB, and what came
	// within a second.
	Body []byte
	// Err is the cause: what the network, the platform, Prepare or Body
	// returned, the cause of a context's end, or what was wrong with the
	// answer or the URL. For an answer of 204, by which a server asks to be
	// left alone, it is io.EOF.
	Err error
}

// Error names the URL and the cause.
func (e *ConnectError) Error() string { return "sse: " + e.URL + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *ConnectError) Unwrap() error { return e.Err }

// An EventTooBigError ends a Stream with an event over Options.MaxEventSize.
type EventTooBigError struct {
	// Limit is what was exceeded, in bytes.
	Limit int64
	// Size is what was seen of the event, in bytes. There may be more.
	Size int64
}

// Error names the limit and what was seen.
func (e *EventTooBigError) Error() string {
	return "sse: event of " + strconv.FormatInt(e.Size, 10) + " bytes or more is over the limit of " +
		strconv.FormatInt(e.Limit, 10)
}

func isTooBig(err error) bool {
	_, ok := lean.As[*EventTooBigError](err)
	return ok
}

// errEnded is about a body that the server ended when there was no attempt left.
var errEnded = errors.New("the server ended the body")

// statusError is about an answer that is not 200.
func statusError(status int) error {
	return errors.New("status " + strconv.Itoa(status) + ", not 200")
}

// contentTypeError is about an answer that is not an event stream.
func contentTypeError(contentType string) error {
	return errors.New("content type " + lean.Quote(contentType) + ", not text/event-stream")
}

// encodingError is about an answer whose body is not as the parser needs it.
func encodingError(encoding string) error {
	return errors.New("content encoding " + lean.Quote(encoding) + ", which nobody undoes")
}

// A watchdogError is the cause of a connection's end by IdleTimeout or
// EventTimeout. It counts as context.DeadlineExceeded.
type watchdogError struct {
	what  string
	limit time.Duration
}

func (e *watchdogError) Error() string { return "no " + e.what + " for " + e.limit.String() }
func (e *watchdogError) Timeout() bool { return true }
func (e *watchdogError) Unwrap() error { return context.DeadlineExceeded }

// An interruptedError is the end of a Connect that waited to try again, and
// what made it wait.
type interruptedError struct{ end, last error }

func (e *interruptedError) Error() string {
	return e.end.Error() + ", after an attempt that failed: " + e.last.Error()
}

func (e *interruptedError) Unwrap() []error { return []error{e.end, e.last} }
