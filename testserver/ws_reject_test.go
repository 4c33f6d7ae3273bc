package testserver

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestRejectIsAnOrdinaryResponse(t *testing.T) {
	s := New(t)
	for query, status := range map[string]int{"": 401, "?status=503": 503, "?status=200": 200, "?status=404&header=Retry-After:1": 404} {
		resp := get(t, s, "/ws/reject"+query)
		assert.Equal(t, status, resp.StatusCode)
		assert.Equal(t, "yes", resp.Header.Get("X-Reject"))
		assert.Equal(t, status == 404, resp.Header.Get("Retry-After") == "1")
		wantBody(t, resp, "rejected")
	}
	wantBody(t, get(t, s, "/ws/reject?body=go+away"), "go away")
}

func TestRedirectsNameTheirTarget(t *testing.T) {
	s := New(t)
	for target, want := range map[string]struct {
		status   int
		location string
	}{
		"/ws/redirect":                            {302, "/ws/echo"},
		"/ws/redirect?status=307&to=../ws/burst":  {307, "../ws/burst"},
		"/ws/redirect?status=301&to=ws://a.test/": {301, "ws://a.test/"},
		"/ws/redirect?to=":                        {302, ""},
		"/sse/redirect":                           {302, "/sse/count"},
		"/sse/redirect?status=308&to=/sse/types":  {308, "/sse/types"},
	} {
		resp := get(t, s, target)
		assert.Equal(t, want.status, resp.StatusCode)
		assert.Equal(t, want.location, resp.Header.Get("Location"))
	}
}
