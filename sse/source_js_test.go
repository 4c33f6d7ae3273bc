//go:build js

package sse

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/browser"
)

// nowhere does not resolve: RFC 6761, section 6.4, keeps ".invalid" for that.
const nowhere = "http://nowhere.invalid/"

// wantNoCallbacks checks, when the test ends, that it left no callbacks. A
// fetch that was aborted releases its own a task later.
func wantNoCallbacks(t *testing.T) {
	t.Helper()
	before := browser.LiveCallbacks()
	t.Cleanup(func() {
		assert.Eventually(t, func() bool { return browser.LiveCallbacks() == before }, 10*time.Second, time.Millisecond)
	})
}

func get(url string) *request { return &request{url: url, method: "GET"} }

func TestFetchGivesStatusHeaderAndBody(t *testing.T) {
	wantNoCallbacks(t)
	resp, err := open(t.Context(), get("data:text/event-stream;charset=utf-8,data:%20x%0A%0A"))
	require.NoError(t, err)
	defer resp.Close()
	assert.Equal(t, 200, resp.status)
	assert.Equal(t, []string{"text/event-stream;charset=utf-8"}, resp.header["Content-Type"])
	assert.NotEmpty(t, resp.url)
	body, err := io.ReadAll(resp.body)
	assert.NoError(t, err)
	assert.Equal(t, "data: x\n\n", string(body))
}

func TestFetchThatGetsNoAnswerMayBeRepeated(t *testing.T) {
	wantNoCallbacks(t)
	_, err := open(t.Context(), get(nowhere))
	var thrown *browser.Error
	require.ErrorAs(t, err, &thrown)
	assert.False(t, isFinal(err))
}

func TestWhatFetchRefusesIsFinal(t *testing.T) {
	wantNoCallbacks(t)
	r := get(nowhere)
	r.method = "CONNECT"
	_, err := open(t.Context(), r)
	require.Error(t, err)
	assert.True(t, isFinal(err))
}

func TestFetchEndsWithTheCauseOfItsContext(t *testing.T) {
	wantNoCallbacks(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("enough")
	cancel(reason)
	_, err := open(ctx, get(nowhere))
	assert.Equal(t, reason, err)
}

func TestEventSourceThatIsNotOpenedGivesUp(t *testing.T) {
	if !hasEventSource() {
		t.Skip("this platform has no EventSource")
	}
	wantNoCallbacks(t)
	r := get(nowhere)
	r.eventSource, r.types = true, []string{"message"}
	_, err := open(t.Context(), r)
	assert.Contains(t, []error{errGaveUp, errLost}, err, "Firefox does not try again")
}

func TestEventSourceEndsWithTheCauseOfItsContext(t *testing.T) {
	if !hasEventSource() {
		t.Skip("this platform has no EventSource")
	}
	wantNoCallbacks(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("enough")
	cancel(reason)
	r := get(nowhere)
	r.eventSource, r.types = true, []string{"message"}
	_, err := open(ctx, r)
	assert.Equal(t, reason, err)
}

func TestOnlineIsReleasedWithItsContext(t *testing.T) {
	wantNoCallbacks(t)
	ctx, cancel := context.WithCancel(t.Context())
	select {
	case <-online(ctx):
		t.Error("the network has not been away")
	default:
	}
	cancel()
}

// A closer is a body that says whether it was closed.
type closer struct {
	io.Reader
	closed bool
	err    error
}

func (c *closer) Close() error { c.closed = true; return c.err }

func TestBodiesAreReadAndClosed(t *testing.T) {
	none, err := readBody(nil)
	assert.NoError(t, err)
	assert.Nil(t, none)

	c := &closer{Reader: strings.NewReader("x")}
	b, err := readBody(func() (io.Reader, error) { return c, nil })
	assert.NoError(t, err)
	assert.Equal(t, "x", string(b))
	assert.True(t, c.closed)

	empty, err := readBody(func() (io.Reader, error) { return strings.NewReader(""), nil })
	assert.NoError(t, err)
	assert.NotNil(t, empty, "an empty body is a body")
}

func TestABodyThatCannotBeMadeOrReadIsAnError(t *testing.T) {
	broken := errors.New("broken")
	for what, body := range map[string]func() (io.Reader, error){
		"made":   func() (io.Reader, error) { return nil, broken },
		"read":   func() (io.Reader, error) { return io.MultiReader(strings.NewReader("x"), &failing{broken}), nil },
		"closed": func() (io.Reader, error) { return &closer{Reader: strings.NewReader("x"), err: broken}, nil },
	} {
		r := get(nowhere)
		r.method, r.body = "POST", body
		_, err := open(t.Context(), r)
		assert.ErrorIs(t, err, broken, what)
		assert.False(t, isFinal(err), what)
	}
}

type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }
