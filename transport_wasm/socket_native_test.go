//go:build !js

package wasm

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestThereIsNoPlatformOutsideJavaScript(t *testing.T) {
	_, err := Dial(t.Context(), testConfig())
	assert.ErrorIs(t, err, errors.ErrUnsupported)
	assert.ErrorContains(t, err, "GOOS=js")
}
