package testserver

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTypesTakeTurns(t *testing.T) {
	wantPart(t, get(t, New(t), "/sse/types?n=4"),
		"event: a\ndata: 0\n\nevent: b\ndata: 1\n\ndata: 2\n\nevent: a\ndata: 3\n\n")
}

func TestSlowLineIsOneLine(t *testing.T) {
	s := New(t)
	for query, size := range map[string]int{
		"?size=10&step=3&delay=1": 10, "?size=0": 0, "": 1 << 16, "?size=9000000&step=9000000": 9000000,
	} {
		wantPart(t, get(t, s, "/sse/slowline"+query), "data:"+strings.Repeat(".", size)+"\n\n")
	}
}

func TestHeartbeatSendsNothingButComments(t *testing.T) {
	wantPart(t, get(t, New(t), "/sse/heartbeat?interval=1"), ": \n: \n: \n")
}

func TestSilentIsAStreamOfNothing(t *testing.T) {
	s := New(t)
	resp := get(t, s, "/sse/silent")
	assert.Equal(t, "text/event-stream", resp.Header.Get("Content-Type"))
	s.DropAll()
	got, err := io.ReadAll(resp.Body)
	assert.Error(t, err)
	assert.Empty(t, got)
}

// Both hang until the client goes, and answer nothing even then.
func TestHangAnswersNothing(t *testing.T) {
	s := New(t)
	for _, target := range []string{"/sse/hang", "/ws/hang"} {
		c := connect(t, s)
		c.write(handshakeRequest(target))
		require.NoError(t, halfClose(c.conn))
		_, err := http.ReadResponse(c.r, nil)
		assert.Error(t, err)
	}
}
