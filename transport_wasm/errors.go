package wasm

import (
	"context"
	"errors"
	"io"
	"strconv"
	"time"

	"github.com/amphiwire/amphiwire/internal/lean"
)

// A platformError is something that the platform cannot do or does not tell.
type platformError struct {
	_    lean.NoCompare
	text string
	err  *error // what errors.Is finds; a pointer, which takes no code to fill in when the program starts
}

func (e *platformError) Error() string { return e.text }
func (e *platformError) Unwrap() error { return *e.err }

// What the platform knows and does not tell is the same in every engine: the
// WHATWG standard has user agents report a refused connection, a status other
// than 101 and a lost connection alike.
var (
	errDial = errors.New("the platform could not open the connection and hides the reason")
	errPing = &platformError{text: "ping: the platform's WebSocket has none", err: &errors.ErrUnsupported}
	errLost = &platformError{text: "no closing handshake; the platform hides the reason", err: &io.ErrUnexpectedEOF}
)

// errDetached is returned by a Close that was not answered in time: the
// platform still holds the connection and will end it by itself.
func errDetached(after time.Duration) error {
	return &platformError{
		text: "close: no answer within " + after.String() + "; the connection is left to the platform",
		err:  &context.DeadlineExceeded,
	}
}

// A closeCodeError is a Close frame with a code that must not be in one.
type closeCodeError struct{ code uint16 }

func (e *closeCodeError) Error() string {
	return "Close frame with the invalid code " + strconv.Itoa(int(e.code)) + " (RFC 6455, section 7.4)"
}
