package testserver

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLogRoute(t *testing.T) {
	s := New(t)
	assert.Equal(t, 204, get(t, s, "/sse/log?key=a&keep=2&before=5&listen=0").StatusCode)
	t.Run("goes on after the last event", func(t *testing.T) {
		wantPart(t, get(t, s, "/sse/log?key=a", "Last-Event-ID", "4"), "id: 5\ndata: 5\n\n")
	})
	t.Run("tells of a gap", func(t *testing.T) {
		wantPart(t, get(t, s, "/sse/log?key=a", "Last-Event-ID", "1"), "event: gap\ndata: 1\n\nid: 4\ndata: 4\n\nid: 5\ndata: 5\n\n")
	})
	t.Run("publishes for all that listen", func(t *testing.T) {
		other := get(t, s, "/sse/log?key=a")
		wantPart(t, get(t, s, "/sse/log?key=a&after=2&size=3&interval=1"), "id: 6\ndata: 6..\n\nid: 7\ndata: 7..\n\n")
		wantPart(t, other, "id: 6\ndata: 6..\n\nid: 7\ndata: 7..\n\n")
	})
	t.Run("another key is another log", func(t *testing.T) {
		wantPart(t, get(t, s, "/sse/log?key=b&before=1&fromstart=1"), "id: 1\ndata: 1\n\n")
	})
	t.Run("policies", func(t *testing.T) {
		for _, policy := range []string{"drop", "disconnect", "block"} {
			wantPart(t, get(t, s, "/sse/log?key="+policy+"&after=1&policy="+policy), "id: 1\ndata: 1\n\n")
		}
		assert.Equal(t, 400, get(t, s, "/sse/log?key=c&policy=x").StatusCode)
	})
}
