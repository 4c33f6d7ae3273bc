package testserver

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestIgnoreCloseEchoesAndNeverAnswersAClose(t *testing.T) {
	c := open(t, New(t), "/ws/ignoreclose?id=x")
	c.send(text, "a")
	c.want(text, "a")
	c.send(closing, code(1000, ""))
	c.wantOpen()
}

// wantOpen closes this side of the connection and reads what the server has
// sent until then, which must be nothing.
func (c *client) wantOpen() {
	c.t.Helper()
	require.NoError(c.t, halfClose(c.conn))
	c.wantEnd()
}

func TestSilentSendsNothing(t *testing.T) {
	c := open(t, New(t), "/ws/silent")
	c.send(text, "a")
	c.send(ping, "a")
	c.write("\xff\xff") // nor what a violation calls for
	c.wantOpen()
}

func TestSilentDoesNotAnswerAClose(t *testing.T) {
	c := open(t, New(t), "/ws/silent")
	c.send(closing, "")
	c.wantOpen()
}

func TestSilentMayNotEvenRead(t *testing.T) {
	s := New(t)
	c := open(t, s, "/ws/silent?read=0")
	// Sooner or later the buffers are full and the server says nothing.
	junk := make([]byte, 1<<20)
	written := make(chan error, 1)
	go func() {
		var err error
		for err == nil {
			_, err = c.conn.Write(junk)
		}
		written <- err
	}()
	s.DropAll()
	assert.Error(t, <-written)
}

func TestOnCloseSendsRawBytesInsteadOfAClose(t *testing.T) {
	s := New(t)
	for name, query := range map[string]string{"fin": "?hex=8300", "hang": "?hex=83-00&then=hang"} {
		t.Run(name, func(t *testing.T) {
			c := open(t, s, "/ws/onclose"+query)
			c.send(text, "a")
			c.want(text, "a")
			c.send(closing, code(1000, ""))
			c.want(0x83, "")
			if name == "hang" {
				require.NoError(t, halfClose(c.conn))
			}
			c.wantEnd()
		})
	}
}
