package testserver

import (
	"errors"
	"io"
	"syscall"
	"testing"

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
