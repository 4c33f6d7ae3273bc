package transport

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

// dressed says of itself that it is a CloseError, as errors.As lets it.
type dressed struct{ as *CloseError }

func (dressed) Error() string { return "dressed" }

func (d dressed) As(target any) bool {
	p, ok := target.(**CloseError)
	if ok {
		*p = d.as
	}
	return ok
}

func TestAsFindsWhatErrorsAsFinds(t *testing.T) {
	closed, other := &CloseError{Code: 1000}, errors.New("other")
	for name, err := range map[string]error{
		"nothing":                   nil,
		"itself":                    closed,
		"another type":              other,
		"wrapped":                   fmt.Errorf("1: %w", fmt.Errorf("2: %w", closed)),
		"another type, wrapped":     fmt.Errorf("1: %w", other),
		"wrapped, ends in nil":      &HandshakeError{},
		"first of several":          errors.Join(closed, &CloseError{Code: 1001}),
		"last of several":           errors.Join(other, fmt.Errorf("1: %w", closed)),
		"none of several":           errors.Join(other, other),
		"its own As":                dressed{closed},
		"its own As, among several": errors.Join(other, dressed{closed}),
	} {
		t.Run(name, func(t *testing.T) {
			var want *CloseError
			wantOK := errors.As(err, &want)
			got, ok := As[*CloseError](err)
			assert.Equal(t, wantOK, ok)
			assert.Same(t, want, got)
			_, ok = As[*TooBigError](err)
			assert.False(t, ok)
		})
	}
}
