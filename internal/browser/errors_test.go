package browser

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestErrorReadsAsJavaScriptPrintsIt(t *testing.T) {
	for _, test := range []struct {
		what string
		err  Error
		want string
	}{
		{"name and message", Error{Name: "SyntaxError", Message: "bad url"}, "SyntaxError: bad url"},
		{"message alone", Error{Message: "thrown text"}, "thrown text"},
		{"name alone", Error{Name: "AbortError"}, "AbortError"},
		{"with a cause", Error{Name: "TypeError", Message: "fetch failed", Cause: errors.New("refused")}, "TypeError: fetch failed: refused"},
	} {
		assert.Equal(t, test.want, test.err.Error(), test.what)
	}
}

func TestMissingErrorIsErrUnsupportedAndNamesTheGlobal(t *testing.T) {
	err := error(&MissingError{Global: "WebSocket"})
	assert.ErrorIs(t, err, errors.ErrUnsupported)
	assert.ErrorContains(t, err, "WebSocket")
}

func TestErrorUnwrapsToItsCause(t *testing.T) {
	cause := errors.New("refused")
	assert.ErrorIs(t, &Error{Cause: cause}, cause)
}

func TestRefusedHeaderErrorIsErrUnsupportedAndNamesTheHeader(t *testing.T) {
	err := error(&RefusedHeaderError{Name: "Cookie"})
	assert.ErrorIs(t, err, errors.ErrUnsupported)
	assert.ErrorContains(t, err, "Cookie")
}
