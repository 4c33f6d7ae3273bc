package testserver

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// readSight reads the one event of /sse/request.
func readSight(t *testing.T, resp *http.Response) (got sight) {
	t.Helper()
	line, err := bufio.NewReader(resp.Body).ReadString('\n')
	require.NoError(t, err)
	data, ok := strings.CutPrefix(line, "data: ")
	require.True(t, ok, line)
	require.NoError(t, json.Unmarshal([]byte(data), &got))
	return got
}

func TestRequestShowsWhatTheServerSaw(t *testing.T) {
	s := New(t)
	got := readSight(t, get(t, s, "/sse/request?a=%20b", "Accept", "text/event-stream", "Last-Event-ID", "7"))
	assert.Equal(t, "GET", got.Method)
	assert.Equal(t, "/sse/request?a=%20b", got.Target)
	assert.Equal(t, []string{"text/event-stream"}, got.Header["Accept"])
	assert.Equal(t, []string{"7"}, got.Header["Last-Event-Id"])
	assert.Equal(t, []string{s.host()}, got.Header["Host"])
	assert.Empty(t, got.Body)
}

func TestRequestShowsABody(t *testing.T) {
	s := New(t)
	resp, err := s.HTTPClient().Post(s.URL()+"/sse/request", "application/json", strings.NewReader(`{"a":1}`))
	require.NoError(t, err)
	defer resp.Body.Close()
	got := readSight(t, resp)
	assert.Equal(t, "POST", got.Method)
	assert.Equal(t, `{"a":1}`, got.Body)
}

func TestRequestMayEnd(t *testing.T) {
	resp := get(t, New(t), "/sse/request?then=eof")
	readSight(t, resp)
	_, err := io.Copy(io.Discard, resp.Body)
	assert.NoError(t, err)
}

func TestRequestCountsForEachKey(t *testing.T) {
	s := New(t)
	for _, want := range []struct {
		key string
		n   int
	}{{"a", 1}, {"a", 2}, {"b", 1}, {"a", 3}} {
		assert.Equal(t, want.n, readSight(t, get(t, s, "/sse/request?key="+want.key)).N)
	}
}

func TestRequestRefusesAHugeBody(t *testing.T) {
	s := New(t)
	resp, err := s.HTTPClient().Post(s.URL()+"/sse/request", "", strings.NewReader(strings.Repeat("x", maxBody+1)))
	require.NoError(t, err)
	defer resp.Body.Close()
	assert.Equal(t, 400, resp.StatusCode)
}
