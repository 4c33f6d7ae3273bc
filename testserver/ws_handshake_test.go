package testserver

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHandshakeShowsWhatTheClientAsked(t *testing.T) {
	c := open(t, New(t), "/ws/handshake?protocols=chat&a=%20b", "Sec-WebSocket-Protocol: super, chat", "X-Own: 1", "X-Own: 2")
	_, payload := c.read()
	var got handshake
	require.NoError(t, json.Unmarshal([]byte(payload), &got))
	assert.Equal(t, "GET", got.Method)
	assert.Equal(t, "/ws/handshake?protocols=chat&a=%20b", got.Target)
	assert.Equal(t, "server.example.com", got.Host)
	assert.Equal(t, []string{"1", "2"}, got.Header["X-Own"])
	assert.Equal(t, []string{"super", "chat"}, got.Subprotocols)
	assert.Equal(t, "chat", got.Selected)
	c.send(binary1, "then it echoes")
	c.want(binary1, "then it echoes")
	c.close()
}

// A page that looks for an empty list must not find null.
func TestHandshakeHasEmptyLists(t *testing.T) {
	_, payload := open(t, New(t), "/ws/handshake").read()
	assert.Contains(t, payload, `"subprotocols":[],"selected":""`)
}

func TestAnswerHasTheFieldsAskedFor(t *testing.T) {
	s := New(t)
	good := map[string]string{
		"Upgrade": "websocket", "Connection": "Upgrade", "Sec-Websocket-Accept": sampleAccept, "Sec-Websocket-Protocol": "chat",
	}
	for name, tc := range map[string]struct{ query, field, want string }{
		"as it should be":       {"", "Upgrade", "websocket"},
		"no accept":             {"&accept=", "Sec-Websocket-Accept", ""},
		"an accept":             {"&accept=x", "Sec-Websocket-Accept", "x"},
		"no upgrade":            {"&upgrade=", "Upgrade", ""},
		"another upgrade":       {"&upgrade=h2c", "Upgrade", "h2c"},
		"no connection":         {"&connection=", "Connection", ""},
		"another connection":    {"&connection=close", "Connection", "close"},
		"no subprotocol":        {"&subprotocol=", "Sec-Websocket-Protocol", ""},
		"one that nobody asked": {"&subprotocol=x", "Sec-Websocket-Protocol", "x"},
		"an extension":          {"&extensions=x-none", "Sec-Websocket-Extensions", "x-none"},
		"another field":         {"&header=X-Own:%201", "X-Own", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			c := connect(t, s)
			c.write(handshakeRequest("/ws/answer?protocols=chat"+tc.query, "Sec-WebSocket-Protocol: chat"))
			status, header := c.head()
			assert.Equal(t, "HTTP/1.1 101 Switching Protocols", status)
			for field, value := range good {
				if field != tc.field {
					assert.Equal(t, value, header.Get(field), field)
				}
			}
			assert.Equal(t, tc.want, header.Get(tc.field))
			assert.Equal(t, tc.want != "", len(header[tc.field]) > 0)
			c.send(text, "echo")
			c.want(text, "echo")
			c.close()
		})
	}
}

func TestAnswerMayHaveAWrongAccept(t *testing.T) {
	c := connect(t, New(t))
	c.write(handshakeRequest("/ws/answer?accept=bad"))
	_, header := c.head()
	got := header.Get("Sec-WebSocket-Accept")
	assert.Len(t, got, len(sampleAccept), "as long as the right one")
	assert.NotEqual(t, sampleAccept, got)
}

func TestRejectIsAnOrdinaryResponse(t *testing.T) {
	s := New(t)
	for query, status := range map[string]int{"": 401, "?status=503": 503, "?status=200": 200, "?status=404&header=Retry-After:1": 404} {
		resp := get(t, s, "/ws/reject"+query)
		assert.Equal(t, status, resp.StatusCode)
		assert.Equal(t, "yes", resp.Header.Get("X-Reject"))
		assert.Equal(t, status == 404, resp.Header.Get("Retry-After") == "1")
		wantBody(t, resp, "rejected")
	}
	wantBody(t, get(t, s, "/ws/reject?body=go+away"), "go away")
}

func TestRedirectsNameTheirTarget(t *testing.T) {
	s := New(t)
	for target, want := range map[string]struct {
		status   int
		location string
	}{
		"/ws/redirect":                            {302, "/ws/echo"},
		"/ws/redirect?status=307&to=../ws/burst":  {307, "../ws/burst"},
		"/ws/redirect?status=301&to=ws://a.test/": {301, "ws://a.test/"},
		"/ws/redirect?to=":                        {302, ""},
		"/sse/redirect":                           {302, "/sse/count"},
		"/sse/redirect?status=308&to=/sse/types":  {308, "/sse/types"},
	} {
		resp := get(t, s, target)
		assert.Equal(t, want.status, resp.StatusCode)
		assert.Equal(t, want.location, resp.Header.Get("Location"))
	}
}
