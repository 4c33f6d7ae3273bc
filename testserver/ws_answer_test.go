package testserver

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

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
