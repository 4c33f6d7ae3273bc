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
