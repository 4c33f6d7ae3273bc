package sse

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func answer(status int, contentType, body string) *response {
	return &response{
		status: status, header: map[string][]string{"Content-Type": {contentType}}, url: testURLOnly,
		body: io.NopCloser(strings.NewReader(body)),
	}
}

const testURLOnly = "http://events.test/"

// "if res's status is not 200, or if res's `Content-Type` is not
// `text/event-stream`, then fail the connection."
func TestC7StatusOtherThan200Fails(t *testing.T) {
	for _, status := range []int{100, 201, 202, 203, 204, 205, 206, 210, 299, 300, 301, 304, 400, 401, 403, 404, 410, 429, 500, 503, 599} {
		err := accept(answer(status, "text/event-stream", "data: 1\n\n"))
		require.NotNil(t, err, "%d", status)
		assert.Equal(t, status, err.StatusCode)
		assert.Equal(t, "data: 1\n\n", string(err.Body))
		assert.Equal(t, "text/event-stream", err.Header["Content-Type"][0])
		assert.Equal(t, status == 204, errors.Is(err, io.EOF), "204 alone is an orderly end")
	}
}

func TestC8ContentTypeIsComparedByItsEssence(t *testing.T) {
	for contentType, good := range map[string]bool{
		"text/event-stream":                              true,
		"TEXT/Event-Stream":                              true,
		"text/event-stream;":                             true,
		"text/event-stream; charset=utf-8":               true,
		"text/event-stream;charset=windows-1252":         true,
		"text/event-stream; charset=utf-8; charset=utf8": true,
		"text/event-stream ; x":                          true,
		" text/event-stream\t":                           true,
		"text/event-stream;;;=\"":                        true,
		"":                                               false,
		"text/event-streamx":                             false,
		"text/event-stream/x":                            false,
		"xtext/event-stream":                             false,
		"text/event":                                     false,
		"text/plain":                                     false,
		"text/html; text/event-stream":                   false,
		"application/json":                               false,
		"text/event-stream,text/html":                    false,
		"text / event-stream":                            false,
		"text/event stream":                              false,
		"*/*":                                            false,
		"ſtext/event-stream":                             false,
		"text/html, text/event-stream":                   true, // of two fields, the last counts
		"text/event-stream, ":                            true,
		"text/event-stream, bogus, */*":                  true,
		"text/event-stream; a=\", text/html\"":           true,
		"text/event-stream; a=\"\\\", text/html\"":       true,
		"text/event-stream; a=\"\\\"\", text/html":       false,
		"text/html; a=\", text/event-stream":             false,
	} {
		t.Run(contentType, func(t *testing.T) {
			err := accept(answer(200, contentType, "<html>"))
			if good {
				assert.Nil(t, err)
				return
			}
			require.NotNil(t, err)
			assert.Equal(t, 200, err.StatusCode)
			assert.Equal(t, "<html>", string(err.Body))
			assert.ErrorContains(t, err, "content type")
		})
	}
}

func TestC8AMissingContentTypeFails(t *testing.T) {
	resp := answer(200, "", "")
	resp.header = nil
	assert.NotNil(t, accept(resp))
}

func TestErrorBodyIsBounded(t *testing.T) {
	err := accept(answer(500, "text/plain", strings.Repeat("x", 1<<20)))
	assert.Len(t, err.Body, 64<<10)
}

func TestErrorBodyOfAConnectionThatBreaksIsWhatCame(t *testing.T) {
	resp := answer(500, "text/plain", "")
	resp.body = io.NopCloser(io.MultiReader(strings.NewReader("some"), iotest.ErrReader(assert.AnError)))
	assert.Equal(t, "some", string(accept(resp).Body))
}

func TestErrorBodyThatNeverEndsIsGivenASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		go io.WriteString(w, "some")
		resp := answer(500, "text/plain", "")
		resp.body = r
		start := time.Now()
		assert.Equal(t, "some", string(accept(resp).Body))
		assert.Equal(t, time.Second, time.Since(start))
	})
}
