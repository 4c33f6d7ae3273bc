//go:build js

package browser

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestByteStringsHoldOneCharacterForEachByte(t *testing.T) {
	for bytes, want := range map[string]string{
		"":         "",
		"ascii":    "ascii",
		"é":        "\u00c3\u00a9",
		"\xff\x80": "\u00ff\u0080",
	} {
		assert.Equal(t, want, toByteString(bytes))
		assert.Equal(t, bytes, fromByteString(want))
	}
}
