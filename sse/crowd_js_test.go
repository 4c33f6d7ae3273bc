//go:build js

package sse

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCrowdExplainsWhatABrowserDoesNot(t *testing.T) {
	var h hosts
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	const url = "http://events.test:80/a?b"
	leave := h.enter("http://Events.test:80")
	for range maxPerHost - 2 {
		h.enter(url)
	}
	assert.Equal(t, context.Canceled, h.explain(ended, url, context.Canceled), "there is room")
	h.enter("http://events.test:80?x")
	err := h.explain(ended, url, context.Canceled)
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, err, "six streams")
	assert.Equal(t, context.Canceled, h.explain(ended, "http://events.test/", context.Canceled), "another host")
	assert.Equal(t, assert.AnError, h.explain(t.Context(), url, assert.AnError), "another reason")
	leave()
	leave()
	assert.Equal(t, context.Canceled, h.explain(ended, url, context.Canceled))
	assert.Equal(t, map[string]int{"events.test:80": maxPerHost - 1}, h.open)
}
