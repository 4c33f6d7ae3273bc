package browser

import "errors"

// An Error is an exception that JavaScript threw, or the reason for which a
// promise was rejected.
type Error struct {
	// Name is the exception's name, such as SyntaxError, InvalidAccessError
	// or AbortError. It is empty if something else than an Error was thrown.
	Name string
	// Message is the engine's own wording.
	Message string
}

// Error returns the name and the message as JavaScript would print them.
func (e *Error) Error() string {
	switch {
	case e.Name == "":
		return e.Message
	case e.Message == "":
		return e.Name
	}
	return e.Name + ": " + e.Message
}

// A MissingError names a global that the JavaScript environment does not
// have. It wraps [errors.ErrUnsupported].
type MissingError struct{ Global string }

// Error names the global.
func (e *MissingError) Error() string {
	return "this JavaScript environment has no global " + e.Global
}

// Unwrap returns [errors.ErrUnsupported].
func (e *MissingError) Unwrap() error { return errors.ErrUnsupported }
