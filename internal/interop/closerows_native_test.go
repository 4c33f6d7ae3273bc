//go:build !js

package interop

import (
	"strconv"
	"strings"
	"testing"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// longReason is as long as a reason can be, 123 bytes.
var longReason = strings.Repeat("é", 61) + "."

// sendable are codes of every kind that may be on the wire: those of RFC 6455,
// section 7.4.1, those that were registered later, and the ends of the ranges
// that section 7.4.2 leaves to libraries and to programs.
var sendable = []client.CloseCode{1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999}

// closeRows show the closing handshake that our client begins, by what the
// server saw of it.
func closeRows(t *testing.T, s server) {
	for _, code := range sendable {
		t.Run(strconv.Itoa(int(code)), func(t *testing.T) {
			assert.Equal(t, report{Code: int(code), Reason: longReason}, s.closeReport(t, code, longReason))
		})
	}
	t.Run("without a code", func(t *testing.T) {
		assert.Equal(t, report{Code: 1005}, s.closeReport(t, client.CloseNoStatus, ""))
	})
	t.Run("without a reason", func(t *testing.T) {
		assert.Equal(t, report{Code: 1000}, s.closeReport(t, client.CloseNormal, ""))
	})
	// The server has to inflate and echo all of them before it gets to Close.
	t.Run("after messages", func(t *testing.T) {
		id := newID()
		c := s.dial(t, everyBytes, "/echo", "id", id, "deflate", "")
		for range 100 {
			send(t, c, payload{"text", 65536}.message())
		}
		require.NoError(t, c.Close())
		assert.Equal(t, 1000, s.report(t, id).Code)
	})
}

// closeReport closes with code and returns what the server saw of that.
func (s server) closeReport(t *testing.T, code client.CloseCode, reason string) report {
	t.Helper()
	id := newID()
	c := s.dial(t, plain, "/echo", "id", id)
	require.NoError(t, c.CloseWith(code, reason))
	r := s.report(t, id)
	r.Read = 0
	return r
}

// closedRows show the closing handshake that the server begins, and the loss of
// a connection without one.
func closedRows(t *testing.T, s server) {
	for _, code := range sendable {
		t.Run(strconv.Itoa(int(code)), func(t *testing.T) {
			e := s.closed(t, "/close", "code", strconv.Itoa(int(code)), "reason", longReason)
			assert.Equal(t, code, e.Code)
			assert.Equal(t, longReason, e.Reason)
		})
	}
	t.Run("without a code", func(t *testing.T) {
		e := s.closed(t, "/close", "code", "0")
		assert.Equal(t, client.CloseNoStatus, e.Code)
		assert.Empty(t, e.Reason)
	})
	t.Run("lost", func(t *testing.T) { assert.Equal(t, client.CloseAbnormal, s.closed(t, "/drop").Code) })
	t.Run("behind a burst", func(t *testing.T) {
		texts, err := end(t, s.dial(t, client.Options{}, "/burst", "n", "1000"))
		assert.Equal(t, client.CloseNormal, closed(t, err).Code)
		assert.Equal(t, numbers(1000), texts)
	})
}

// closed sends a message that makes the server end the connection.
func (s server) closed(t *testing.T, route string, query ...string) *client.CloseError {
	t.Helper()
	c := s.dial(t, client.Options{}, route, query...)
	send(t, c, client.Text("go"))
	texts, err := end(t, c)
	assert.Empty(t, texts)
	return closed(t, err)
}

// numbers are what a server sends that counts.
func numbers(n int) (texts []string) {
	for i := range n {
		texts = append(texts, strconv.Itoa(i))
	}
	return texts
}
