package testserver

import (
	"html"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestThePageListsEveryRoute(t *testing.T) {
	resp := get(t, New(t), "/")
	assert.Equal(t, "text/html; charset=utf-8", resp.Header.Get("Content-Type"))
	page, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	for _, r := range table() {
		assert.Contains(t, string(page), html.EscapeString(r.path+r.query))
		assert.Contains(t, string(page), html.EscapeString(r.text))
	}
}

func TestHealthzSaysOK(t *testing.T) {
	resp := get(t, New(t), "/healthz")
	assert.Equal(t, 200, resp.StatusCode)
	wantBody(t, resp, "ok")
}
