//go:build js

package wasm

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amphiwire/amphiwire/internal/browser"
)

func TestWatchPageLeavesNoCallbacks(t *testing.T) {
	before := browser.LiveCallbacks()
	for range 3 {
		stop := WatchPage(func(string) {})
		stop()
		stop()
	}
	assert.Equal(t, before, browser.LiveCallbacks())
}
