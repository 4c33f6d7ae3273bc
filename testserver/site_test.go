package testserver

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAPathThatIsNotInTheTable(t *testing.T) {
	assert.Equal(t, 404, get(t, New(t), "/ws/nothing").StatusCode)
	s, err := Listen("127.0.0.1:0", &Options{Handler: http.RedirectHandler("/", http.StatusSeeOther)})
	require.NoError(t, err)
	defer s.Close()
	assert.Equal(t, 303, get(t, s, "/ws/nothing").StatusCode)
	assert.Equal(t, 200, get(t, s, "/healthz").StatusCode)
}

func TestEveryResponseLetsEveryPageReadIt(t *testing.T) {
	s := New(t)
	for _, target := range []string{"/", "/sse/count", "/sse/status", "/sse/count?n=x", "/ws/reject", "/ws/echo", "/nothing"} {
		h := get(t, s, target).Header
		assert.Equal(t, "*", h.Get("Access-Control-Allow-Origin"), target)
		assert.Empty(t, h.Get("Access-Control-Allow-Credentials"), target)
		h = get(t, s, target, "Origin", "http://page.test").Header
		assert.Equal(t, "http://page.test", h.Get("Access-Control-Allow-Origin"), target)
		assert.Equal(t, "true", h.Get("Access-Control-Allow-Credentials"), target)
		assert.Contains(t, h.Get("Access-Control-Expose-Headers"), "*", target)
		assert.Equal(t, "Origin", h.Get("Vary"), target)
	}
}

func TestAPreflightIsAnswered(t *testing.T) {
	r := httptest.NewRequest(http.MethodOptions, "/sse/request", nil)
	r.Header.Set("Origin", "http://page.test")
	r.Header.Set("Access-Control-Request-Method", "POST")
	r.Header.Set("Access-Control-Request-Headers", "authorization,last-event-id")
	w := httptest.NewRecorder()
	Handler(nil).ServeHTTP(w, r)
	assert.Equal(t, 204, w.Code)
	assert.Equal(t, "POST", w.Header().Get("Access-Control-Allow-Methods"))
	assert.Equal(t, "authorization,last-event-id", w.Header().Get("Access-Control-Allow-Headers"))
}

func TestEachRequestIsLogged(t *testing.T) {
	lines := make(chan string, 1)
	s, err := Listen("127.0.0.1:0", &Options{Logf: func(format string, args ...any) { lines <- fmt.Sprintf(format, args...) }})
	require.NoError(t, err)
	defer s.Close()
	for target, want := range map[string]string{
		"/healthz": "/healthz", "/healthz?a=b": "/healthz?a=b", "/healthz?": "/healthz?",
		"/healthz?a=b&access_token=s3cret&c=d": "/healthz?a=b&access_token=…&c=d",
	} {
		get(t, s, target)
		assert.Equal(t, "GET "+want, strings.SplitN(<-lines, " ", 2)[1])
	}
}

func TestTheRoutesHaveTheLimitOfTheOptions(t *testing.T) {
	s, err := Listen("127.0.0.1:0", &Options{MaxMessageSize: 3})
	require.NoError(t, err)
	defer s.Close()
	for _, target := range []string{"/ws/echo", "/ws/handshake", "/ws/silent?read=1"} {
		c := open(t, s, target)
		if target == "/ws/handshake" {
			c.read()
		}
		c.send(text, "four")
		if target == "/ws/silent?read=1" {
			c.wantEnd()
			continue
		}
		c.wantClose(1009)
		c.wantEnd()
	}
}

// Handlers share nothing: a test that makes its own server has its own keys.
func TestHandlersDoNotShareKeys(t *testing.T) {
	for range 2 {
		assert.Equal(t, 503, get(t, New(t), "/sse/status?key=a").StatusCode)
	}
}

func TestTheHandlerWorksOnAnyServer(t *testing.T) {
	any := httptest.NewServer(Handler(nil))
	defer any.Close()
	resp, err := any.Client().Get(any.URL + "/sse/count?n=1")
	require.NoError(t, err)
	defer resp.Body.Close()
	wantBody(t, resp, "id: 1\ndata: 1\n\n")
}
