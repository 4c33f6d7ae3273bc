package testserver

import (
	"strconv"
	"strings"
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

func TestFragmentsSendsOneMessageInPieces(t *testing.T) {
	s := New(t)
	t.Run("three", func(t *testing.T) {
		c := open(t, s, "/ws/fragments?text=Hello")
		c.want(textFrame, "H")
		c.want(contFrame, "el")
		c.want(fin|contFrame, "lo")
		c.close()
	})
	t.Run("with a ping between", func(t *testing.T) {
		c := open(t, s, "/ws/fragments?n=2&text=Hello&ping=1")
		c.want(textFrame, "He")
		c.want(ping, "between")
		c.want(fin|contFrame, "llo")
		c.send(text, "then it echoes")
		c.want(text, "then it echoes")
		c.close()
	})
	t.Run("through a character", func(t *testing.T) {
		c := open(t, s, "/ws/fragments?n=3&text=%E2%82%AC")
		c.want(textFrame, "\xe2")
		c.want(contFrame, "\x82")
		c.want(fin|contFrame, "\xac")
	})
	t.Run("empty ones", func(t *testing.T) {
		c := open(t, s, "/ws/fragments?n=2&text=")
		c.want(textFrame, "")
		c.want(fin|contFrame, "")
	})
	t.Run("one", func(t *testing.T) {
		c := open(t, s, "/ws/fragments?n=1&text=a")
		c.want(text, "a")
	})
}

func TestFloodNeverEndsItsMessage(t *testing.T) {
	s := New(t)
	for kind, payload := range map[string]string{"fragments": ".", "empty": ""} {
		t.Run(kind, func(t *testing.T) {
			c := open(t, s, "/ws/flood?n=1000&kind="+kind)
			c.want(textFrame, payload)
			for range 999 {
				c.want(contFrame, payload)
			}
			c.send(text, "is not echoed into the message")
			c.send(closing, code(1008, ""))
			c.wantClose(1008)
			c.wantEnd()
		})
	}
}

func TestFloodSendsPings(t *testing.T) {
	c := open(t, New(t), "/ws/flood?n=1000&kind=ping")
	for range 1000 {
		c.want(ping, "")
	}
	c.close()
}

func TestFloodStopsWhenTheClientCloses(t *testing.T) {
	c := open(t, New(t), "/ws/flood?n=10000000")
	c.send(closing, code(1008, ""))
	for {
		if first, _ := c.read(); first == closing {
			break
		}
	}
	c.wantEnd()
}

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
