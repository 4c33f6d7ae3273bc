package transport

import (
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestErrorsSayWhatWasSeen(t *testing.T) {
	for want, err := range map[string]error{
		`closed with 1000`:                                    &CloseError{Code: 1000},
		`closed with 4000 "say \"bye\""`:                      &CloseError{Code: 4000, Reason: `say "bye"`},
		`closed with 1006: unexpected EOF`:                    &CloseError{Code: 1006, Err: io.ErrUnexpectedEOF},
		"message of 11 bytes or more is over the limit of 10": &TooBigError{Limit: 10, Size: 11},
		"12 bytes not yet received are over the limit of 10":  &OverrunError{Limit: 10, Size: 12},
		"unexpected EOF":                                      &HandshakeError{StatusCode: 400, Err: io.ErrUnexpectedEOF},
	} {
		assert.EqualError(t, err, want)
	}
}

func TestErrorsWrapTheirCause(t *testing.T) {
	assert.ErrorIs(t, &CloseError{Err: io.ErrUnexpectedEOF}, io.ErrUnexpectedEOF)
	assert.ErrorIs(t, &HandshakeError{Err: io.ErrUnexpectedEOF}, io.ErrUnexpectedEOF)
	assert.NoError(t, errors.Unwrap(&CloseError{Code: 1000}))
}
