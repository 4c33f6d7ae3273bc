package testserver

import (
	"encoding/json"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// wantReport asks for a report and compares it.
func wantReport(t *testing.T, s *Server, id string, want result) {
	t.Helper()
	c := open(t, s, "/ws/report?id="+id)
	first, payload := c.read()
	require.Equal(t, byte(text), first, "%q", payload)
	var got result
	require.NoError(t, json.Unmarshal([]byte(payload), &got))
	assert.Equal(t, want, got)
	c.want(closing, code(1000, ""))
	c.send(closing, code(1000, ""))
	c.wantEnd()
}

func TestReportTellsHowAConnectionEnded(t *testing.T) {
	s := New(t)
	for name, tc := range map[string]struct {
		target string
		play   func(*client)
		want   result
	}{
		"a closing handshake": {"/ws/echo?", (*client).close, result{Code: 1000, Clean: true, EOF: true}},
		"a code and a reason": {"/ws/echo?", func(c *client) {
			c.send(closing, code(3000, "bye"))
			c.wantClose(3000)
			c.wantEnd()
		}, result{Code: 3000, Reason: "bye", Clean: true, EOF: true}},
		"no code": {"/ws/echo?", func(c *client) {
			c.send(closing, "")
			c.wantClose(1005)
			c.wantEnd()
		}, result{Code: 1005, Clean: true, EOF: true}},
		"the server's Close, answered": {"/ws/close?code=4000&", func(c *client) {
			c.wantClose(4000)
			c.send(closing, code(4000, ""))
			c.wantEnd()
		}, result{Code: 4000, Clean: true, EOF: true}},
		"FIN without a Close frame": {"/ws/echo?", func(c *client) { c.conn.Close() }, result{Code: 1006, EOF: true}},
		"RST":                       {"/ws/echo?", func(c *client) { _ = reset(c.conn) }, result{Code: 1006}},
		"a Close that nobody answers": {"/ws/ignoreclose?", func(c *client) {
			c.send(closing, code(1000, ""))
			c.wantOpen()
		}, result{Code: 1000, EOF: true}},
		"a Close answered with junk": {"/ws/onclose?hex=00&", func(c *client) {
			c.send(closing, code(1000, ""))
			_, _ = c.r.ReadByte()
			c.wantEnd()
		}, result{Code: 1000, EOF: true}},
		"messages, bytes and pongs": {"/ws/echo?", func(c *client) {
			c.send(text, "Hello")
			c.send(binary1, "You")
			c.send(pong, "")
			c.want(text, "Hello")
			c.want(binary1, "You")
			c.close()
		}, result{Messages: 2, Bytes: 8, Pongs: 1, Code: 1000, Clean: true, EOF: true}},
		"the server's own FIN": {"/ws/drop?", (*client).wantEnd, result{Code: 1006, EOF: true}},
		"a violation": {"/ws/echo?", func(c *client) {
			c.write("\xff\xff")
			c.wantClose(1002)
			c.wantEnd()
		}, result{Code: 1006, EOF: true}},
	} {
		t.Run(name, func(t *testing.T) {
			id := url.QueryEscape(name)
			tc.play(open(t, s, tc.target+"id="+id))
			wantReport(t, s, id, tc.want)
		})
	}
}

func TestReportWaitsForTheEnd(t *testing.T) {
	s := New(t)
	c := open(t, s, "/ws/echo?id=x")
	go c.close()
	wantReport(t, s, "x", result{Code: 1000, Clean: true, EOF: true})
}

func TestReportMayBeAskedForBeforeTheConnectionBegins(t *testing.T) {
	s := New(t)
	first := open(t, s, "/ws/report?id=x")
	open(t, s, "/ws/echo?id=x").close()
	_, payload := first.read()
	assert.Contains(t, payload, `"code":1000`)
}

func TestReportIsOfTheLastConnectionWithAnID(t *testing.T) {
	s := New(t)
	open(t, s, "/ws/echo?id=x").close()
	c := open(t, s, "/ws/echo?id=x")
	c.send(closing, "")
	c.wantClose(1005)
	c.wantEnd()
	wantReport(t, s, "x", result{Code: 1005, Clean: true, EOF: true})
	wantReport(t, s, "x", result{Code: 1005, Clean: true, EOF: true})
}
