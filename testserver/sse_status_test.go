package testserver

import (
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestStatusFailsAsOftenAsAskedFor(t *testing.T) {
	s := New(t)
	target := "/sse/status?times=2&key=a&body=down&header=Retry-After:1&header=X-Own:2"
	for range 2 {
		resp := get(t, s, target)
		assert.Equal(t, 503, resp.StatusCode)
		assert.Equal(t, "1", resp.Header.Get("Retry-After"))
		assert.Equal(t, "2", resp.Header.Get("X-Own"))
		wantBody(t, resp, "down")
	}
	resp := get(t, s, target)
	assert.Equal(t, 200, resp.StatusCode)
	wantPart(t, resp, "id: 1\ndata: ok\n\n")
	assert.Equal(t, 503, get(t, s, "/sse/status?times=2&key=b").StatusCode, "another key counts for itself")
}

func TestStatusMayBeAnyCode(t *testing.T) {
	s := New(t)
	for code, query := range map[int]string{200: "200", 204: "204", 299: "299", 404: "404", 599: "599"} {
		assert.Equal(t, code, get(t, s, "/sse/status?code="+query).StatusCode)
	}
}

func TestStatus0CutsTheConnection(t *testing.T) {
	s := New(t)
	resp, err := s.HTTPClient().Get(s.URL() + "/sse/status?code=0&times=9")
	if err == nil {
		resp.Body.Close()
	}
	assert.ErrorIs(t, err, io.EOF)
	assert.Equal(t, 400, get(t, s, "/sse/status?code=100").StatusCode)
}

func TestTypeHasTheContentTypeAskedFor(t *testing.T) {
	s := New(t)
	for query, want := range map[string][]string{
		"": {"text/html"}, "?content-type=": nil, "?content-type=text/event-stream;charset=x": {"text/event-stream;charset=x"},
	} {
		resp := get(t, s, "/sse/type"+query)
		assert.Equal(t, 200, resp.StatusCode)
		assert.Equal(t, want, resp.Header["Content-Type"])
		wantBody(t, resp, "data: ok\n\n")
	}
	wantBody(t, get(t, s, "/sse/type?body=x"), "x")
}
