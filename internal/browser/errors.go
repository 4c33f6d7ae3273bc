package browser

import (
	"errors"

	"github.com/amphiwire/amphiwire/internal/lean"
)

// An Error is an exception that JavaScript threw, or the reason for which a
// promise was rejected.
type Error struct {
	_ lean.NoCompare

	// Name is the exception's name, such as SyntaxError, InvalidAccessError
	// or AbortError. It is empty if something else than an Error was thrown.
	Name string
	// Message is the engine's own wording.
	Message string
	// Cause is what the exception names as its cause, nil if nothing. Node
	// tells there why a fetch failed; browsers do not.
	Cause error
}

// Error returns the name and the message as JavaScript would print them, and
// the cause.
func (e *Error) Error() string {
	s := e.Name
	if s != "" && e.Message != "" {
		s += ": "
	}
	s += e.Message
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// ErrClosed is returned by a Read after, or during, Close.
var ErrClosed = errors.New("read of a closed response")

// A MissingError names a global that the JavaScript environment does not
// have. It wraps [errors.ErrUnsupported].
type MissingError struct{ Global string }

// Error names the global.
func (e *MissingError) Error() string {
	return "this JavaScript environment has no global " + e.Global
}

// Unwrap returns [errors.ErrUnsupported].
func (e *MissingError) Unwrap() error { return errors.ErrUnsupported }

// A RefusedHeaderError names a header that the platform sets itself and does
// not let a program set. It wraps [errors.ErrUnsupported].
type RefusedHeaderError struct{ Name string }

// Error names the header.
func (e *RefusedHeaderError) Error() string {
	return "the platform does not let a program send the header " + e.Name
}

// Unwrap returns [errors.ErrUnsupported].
func (e *RefusedHeaderError) Unwrap() error { return errors.ErrUnsupported }
