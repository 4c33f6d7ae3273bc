package conformance

import (
	"encoding/json"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A handshake is the client's request as the server saw it.
type handshake struct {
	Method, Target, Host string
	Header               map[string][]string
	Subprotocols         []string
}

func (t *T) handshake(opts *client.Options, query ...string) handshake {
	t.Helper()
	var h handshake
	require.NoError(t, json.Unmarshal([]byte(t.text(t.dialWith(opts, "handshake", query...))), &h))
	return h
}

// handshakeRows show what is asked of the server, and what of its answer is
// not accepted.
func handshakeRows() []Row {
	return []Row{
		{Name: "handshake/is a GET request for version 13", Run: func(t *T) {
			// RFC 6455, section 4.1: "The method of the request MUST be GET"
			// and "the value of this header field MUST be 13".
			h := t.handshake(nil)
			assert.Equal(t, "GET", h.Method)
			assert.Equal(t, []string{"13"}, h.Header["Sec-Websocket-Version"])
			assert.Equal(t, t.WS, "ws://"+h.Host)
		}},
		{Name: "handshake/each has a key of its own", Run: func(t *T) {
			a, b := t.handshake(nil).Header["Sec-Websocket-Key"], t.handshake(nil).Header["Sec-Websocket-Key"]
			assert.Len(t, a, 1)
			assert.Len(t, a[0], 24) // 16 bytes in base64
			assert.NotEqual(t, a, b)
		}},
		{Name: "handshake/a URL inside the query is left alone", Run: func(t *T) {
			c, err := client.Connect(t.ctx, t.WS+"/ws/handshake?next=http://x/", nil)
			require.NoError(t, err)
			defer c.Close()
			var h handshake
			require.NoError(t, json.Unmarshal([]byte(t.text(c)), &h))
			assert.Equal(t, "/ws/handshake?next=http://x/", h.Target)
		}},
		{Name: "handshake/escapes in the query are left alone", Run: func(t *T) {
			assert.Equal(t, "/ws/handshake?q=%C3%A9%25+%2F", t.handshake(nil, "q", "é% /").Target)
		}},
		misanswered("a wrong Sec-WebSocket-Accept", "accept", "bad"),
		misanswered("no Sec-WebSocket-Accept", "accept", ""),
		misanswered("no Upgrade", "upgrade", ""),
		misanswered("another Upgrade", "upgrade", "h2c"),
		misanswered("no Connection", "connection", ""),
		misanswered("another Connection", "connection", "close"),
		misanswered("an extension that was not offered", "extensions", "x-unknown"),
		uninvited(),
	}
}

// uninvited is a row of its own because of an exception.
func uninvited() Row {
	row := misanswered("a subprotocol that was not offered", "subprotocol", "x-unknown")
	row.Except = map[string]string{"firefox": "does not look at the field if no subprotocol was offered, nor tells a page what it was"}
	return row
}

// misanswered is a row for an answer 101 on which RFC 6455, section 4.1, says
// that "the client MUST _Fail the WebSocket Connection_".
func misanswered(what, field, value string) Row {
	return Row{Name: "handshake/refuses " + what, Run: func(t *T) { t.refused(t.ws("answer", field, value), nil) }}
}

// subprotocolRows show how one is agreed on.
func subprotocolRows() []Row {
	offer := func(names ...string) *client.Options { return &client.Options{Subprotocols: names} }
	return []Row{
		{Name: "subprotocol/none is offered by default", Run: func(t *T) {
			assert.Empty(t, t.handshake(nil).Subprotocols)
			assert.Equal(t, "", t.dial("echo").Subprotocol())
		}},
		{Name: "subprotocol/all are offered in order", Run: func(t *T) {
			assert.Equal(t, []string{"b", "a", "c.v1"}, t.handshake(offer("b", "a", "c.v1"), "protocols", "a").Subprotocols)
		}},
		{Name: "subprotocol/the server's choice is reported", Run: func(t *T) {
			assert.Equal(t, "a", t.dialWith(offer("b", "a"), "echo", "protocols", "a").Subprotocol())
		}},
		{Name: "subprotocol/the server may prefer another order", Run: func(t *T) {
			assert.Equal(t, "a", t.dialWith(offer("b", "a"), "echo", "protocols", "a,b").Subprotocol())
		}},
		{Name: "subprotocol/the server may choose none", Run: func(t *T) {
			assert.Equal(t, "", t.dialWith(offer("b"), "echo", "protocols", "a").Subprotocol())
		}, Except: map[string]string{browser: "a page's connection fails if no offered subprotocol is selected (WHATWG WebSockets, section 2)"}},
		{Name: "subprotocol/one that is not a token is refused", Run: func(t *T) {
			t.refused(t.ws("echo"), offer("a b"))
			t.refused(t.ws("echo"), offer(""))
			t.refused(t.ws("echo"), offer("a,b"))
		}},
		{Name: "subprotocol/one named twice is refused", Run: func(t *T) { t.refused(t.ws("echo"), offer("a", "a")) }},
	}
}
