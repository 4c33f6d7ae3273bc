package testserver

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBurstSendsNumberedMessagesThenCloses(t *testing.T) {
	s := New(t)
	for name, tc := range map[string]struct {
		query  string
		first  byte
		sizes  string
		code   int
		reason string
	}{
		"by default":         {"?n=3", text, "", 1000, ""},
		"binary":             {"?n=3&type=binary", binary1, "", 1000, ""},
		"filled up":          {"?n=3&size=5", text, "....", 1000, ""},
		"code and reason":    {"?n=3&code=4001&reason=bye", text, "", 4001, "bye"},
		"a Close without":    {"?n=3&code=0", text, "", 1005, ""},
		"a code of no use":   {"?n=3&code=1006", text, "", 1006, ""},
		"nothing but Close":  {"?n=0", text, "", 1000, ""},
		"more than a buffer": {"?n=3&size=100000", text, strings.Repeat(".", 99999), 1000, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := open(t, s, "/ws/burst"+tc.query)
			if !strings.Contains(tc.query, "n=0") {
				for _, digit := range []string{"0", "1", "2"} {
					c.want(tc.first, digit+tc.sizes)
				}
			}
			assert.Equal(t, tc.reason, c.wantClose(tc.code))
			c.send(closing, "")
			c.wantEnd()
		})
	}
}

func TestBurstMayEndWithoutACloseFrame(t *testing.T) {
	s := New(t)
	t.Run("FIN", func(t *testing.T) {
		c := open(t, s, "/ws/burst?n=1&code=-1")
		c.want(text, "0")
		c.wantEnd()
	})
	t.Run("RST", func(t *testing.T) {
		c := open(t, s, "/ws/burst?n=0&code=-2")
		c.wantReset()
	})
	t.Run("open", func(t *testing.T) {
		c := open(t, s, "/ws/burst?n=1&code=-3")
		c.want(text, "0")
		c.send(text, "still there")
		c.want(text, "still there")
		c.close()
	})
}

// A client that has had enough need not take the rest.
func TestBurstStopsWhenTheClientCloses(t *testing.T) {
	c := open(t, New(t), "/ws/burst?n=1000000&size=1000")
	c.want(text, "0"+strings.Repeat(".", 999))
	c.send(closing, code(1000, ""))
	for {
		if first, _ := c.read(); first == closing {
			break
		}
	}
	c.wantEnd()
}

// A client may ping in the middle of it.
func TestBurstAnswersPings(t *testing.T) {
	c := open(t, New(t), "/ws/burst?n=100&code=-3")
	c.send(ping, "there?")
	for n := 0; n < 101; n++ {
		if first, payload := c.read(); first == pong {
			assert.Equal(t, "there?", payload)
			return
		}
	}
	require.Fail(t, "no pong")
}
