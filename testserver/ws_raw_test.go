package testserver

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRawSendsBytesAsTheyAre(t *testing.T) {
	s := New(t)
	for then, end := range map[string]func(*client){
		"close": func(c *client) { c.want(closing, code(1000, "")); c.send(closing, ""); c.wantEnd() },
		"fin":   (*client).wantEnd,
		"rst":   (*client).wantReset,
		"hang":  func(c *client) { c.send(ping, ""); c.send(text, ""); c.send(closing, ""); c.wantOpen() },
		"echo":  func(c *client) { c.send(text, "a"); c.want(text, "a"); c.close() },
	} {
		t.Run(then, func(t *testing.T) {
			c := open(t, s, "/ws/raw?hex=f7-03616263&then="+then)
			if then != "rst" { // which may overtake what was sent
				c.want(0xf7, "abc")
			}
			end(c)
		})
	}
}

// One segment is one read of the client, if it reads only when both are there.
func TestRawMaySendInOneSegmentWithTheHandshake(t *testing.T) {
	for _, segment := range []string{"1", "one"} {
		c := connect(t, New(t))
		c.write(handshakeRequest("/ws/raw?hex=810161-810162&then=echo&segment=" + segment))
		_, err := c.r.Peek(1)
		require.NoError(t, err)
		first, err := c.r.Peek(c.r.Buffered())
		require.NoError(t, err)
		assert.Contains(t, string(first), "\r\n\r\n\x81\x01a")
		c.head()
		c.want(text, "a")
		c.want(text, "b")
		c.close()
	}
}
