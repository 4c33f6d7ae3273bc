package lean

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

// dressed says of itself that it is a codeError, as errors.As lets it.
type dressed struct{ as *codeError }

func (dressed) Error() string { return "dressed" }

func (d dressed) As(target any) bool {
	p, ok := target.(**codeError)
	if ok {
		*p = d.as
	}
	return ok
}

func TestAsFindsWhatErrorsAsFinds(t *testing.T) {
	closed, other := &codeError{1000}, errors.New("other")
	for name, err := range map[string]error{
		"nothing":                   nil,
		"itself":                    closed,
		"another type":              other,
		"wrapped":                   fmt.Errorf("1: %w", fmt.Errorf("2: %w", closed)),
		"another type, wrapped":     fmt.Errorf("1: %w", other),
		"wrapped, ends in nil":      &wrappingError{},
		"first of several":          errors.Join(closed, &codeError{1001}),
		"last of several":           errors.Join(other, fmt.Errorf("1: %w", closed)),
		"none of several":           errors.Join(other, other),
		"its own As":                dressed{closed},
		"its own As, among several": errors.Join(other, dressed{closed}),
	} {
		t.Run(name, func(t *testing.T) {
			var want *codeError
			wantOK := errors.As(err, &want)
			got, ok := As[*codeError](err)
			assert.Equal(t, wantOK, ok)
			assert.Same(t, want, got)
			_, ok = As[*absentError](err)
			assert.False(t, ok)
		})
	}
}

// Error types to look for. A wrappingError may wrap nothing.
type codeError struct{ code int }

func (*codeError) Error() string { return "code" }

type wrappingError struct{ err error }

func (*wrappingError) Error() string   { return "wrapping" }
func (e *wrappingError) Unwrap() error { return e.err }

type absentError struct{}

func (*absentError) Error() string { return "absent" }
