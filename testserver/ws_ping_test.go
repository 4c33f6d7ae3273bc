package testserver

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPingRouteReportsEachPong(t *testing.T) {
	c := open(t, New(t), "/ws/ping?n=3&payload=hi")
	for _, payload := range []string{"hi", "hi1", "hi2"} {
		c.want(ping, payload)
	}
	for _, payload := range []string{"hi2", "unasked"} {
		c.send(pong, payload)
		c.want(text, "pong "+payload)
	}
	c.send(text, "a")
	c.want(text, "a")
	c.close()
}

func TestPingRouteKeepsToTheLimitOfAPing(t *testing.T) {
	s := New(t)
	longest := strings.Repeat("x", maxPing)
	c := open(t, s, "/ws/ping?n=1001&payload="+longest)
	for k := range 1001 {
		want := longest
		if k > 0 {
			want += strconv.Itoa(k)
		}
		c.want(ping, want)
	}
	assert.Equal(t, 400, get(t, s, "/ws/ping?payload="+longest+"x").StatusCode)
}
