package testserver

import (
	"errors"
	"io"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// wantReset reads the end of a connection that was reset.
func (c *client) wantReset() {
	c.t.Helper()
	_, err := io.Copy(io.Discard, c.r)
	require.True(c.t, errors.Is(err, syscall.ECONNRESET), "got %v", err)
}

func TestCloseRouteClosesAfterSoManyEchoes(t *testing.T) {
	s := New(t)
	for name, tc := range map[string]struct {
		query  string
		echoes int
		want   string
	}{
		"at once":            {"", 0, code(1000, "")},
		"after two":          {"?after=2&code=4000&reason=two", 2, code(4000, "two")},
		"no code":            {"?code=0", 0, ""},
		"one that is wrong":  {"?code=1005", 0, code(1005, "")},
		"one that is unused": {"?code=65535", 0, code(65535, "")},
	} {
		t.Run(name, func(t *testing.T) {
			c := open(t, s, "/ws/close"+tc.query)
			for range tc.echoes {
				c.send(text, "a")
				c.want(text, "a")
			}
			c.want(closing, tc.want)
			c.send(closing, "")
			c.wantEnd()
		})
	}
}

func TestDropEndsTCPWithoutACloseFrame(t *testing.T) {
	s := New(t)
	for name, tc := range map[string]struct {
		query string
		end   func(*client)
	}{
		"FIN": {"?after=1", (*client).wantEnd},
		"RST": {"?after=1&how=rst", (*client).wantReset},
	} {
		t.Run(name, func(t *testing.T) {
			c := open(t, s, "/ws/drop"+tc.query)
			c.send(text, "a")
			c.want(text, "a")
			tc.end(c)
		})
	}
}

func TestDropOverTLS(t *testing.T) {
	s := NewTLS(t)
	c := open(t, s, "/ws/drop")
	c.wantEnd()
	c = open(t, s, "/ws/drop?how=rst")
	c.wantReset()
}

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
