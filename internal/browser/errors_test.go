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
		{"name and message", Error{"SyntaxError", "bad url"}, "SyntaxError: bad url"},
		{"message alone", Error{"", "thrown text"}, "thrown text"},
		{"name alone", Error{"AbortError", ""}, "AbortError"},
	} {
		assert.Equal(t, test.want, test.err.Error(), test.what)
	}
}

func TestMissingErrorIsErrUnsupportedAndNamesTheGlobal(t *testing.T) {
	err := error(&MissingError{Global: "WebSocket"})
	assert.ErrorIs(t, err, errors.ErrUnsupported)
	assert.ErrorContains(t, err, "WebSocket")
}
