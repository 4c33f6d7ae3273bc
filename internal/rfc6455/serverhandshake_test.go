package rfc6455

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asking is the least header that opens a connection, with changes: a nil
// value removes a field.
func asking(changes map[string][]string) map[string][]string {
	header := map[string][]string{
		"Upgrade": {"websocket"}, "Connection": {"Upgrade"},
		"Sec-Websocket-Key": {sampleKey}, "Sec-Websocket-Version": {"13"},
	}
	for name, values := range changes {
		if header[name] = values; values == nil {
			delete(header, name)
		}
	}
	return header
}

func TestCheckRequest(t *testing.T) {
	for _, tt := range []struct {
		name    string
		changes map[string][]string
		want    Offer
	}{
		{"4.2.1 nothing optional", nil, Offer{}},
		{"4.2.1 item 3, case-insensitive", map[string][]string{"Upgrade": {"WebSocket"}}, Offer{}},
		{"4.2.1 item 3, a value among others", map[string][]string{"Upgrade": {"h2c, websocket"}}, Offer{}},
		{"4.2.1 item 4, as Firefox sends it", map[string][]string{"Connection": {"keep-alive, Upgrade"}}, Offer{}},
		{"4.2.1 item 4, in another field", map[string][]string{"Connection": {"keep-alive", "upgrade"}}, Offer{}},
		{"4.2.1 item 5, the example of section 4.1", map[string][]string{"Sec-Websocket-Key": {"AQIDBAUGBwgJCgsMDQ4PEC=="}}, Offer{Key: "AQIDBAUGBwgJCgsMDQ4PEC=="}},
		{"4.2.1 item 7, Origin", map[string][]string{"Origin": {"null"}}, Offer{}},
		{"4.2.1 item 8, subprotocols", map[string][]string{"Sec-Websocket-Protocol": {"chat, superchat"}}, Offer{Subprotocols: []string{"chat", "superchat"}}},
		{"11.3.4 subprotocols in two fields", map[string][]string{"Sec-Websocket-Protocol": {"chat", "superchat"}}, Offer{Subprotocols: []string{"chat", "superchat"}}},
		{"4.2.1 item 9, extensions", map[string][]string{"Sec-Websocket-Extensions": {"permessage-deflate; client_max_window_bits"}}, Offer{Extensions: "permessage-deflate; client_max_window_bits"}},
		{"4.2.1 items 8 and 9, nothing in particular", map[string][]string{"Sec-Websocket-Protocol": {""}, "Sec-Websocket-Extensions": {""}}, Offer{}},
		{"9.1 extensions in two fields", map[string][]string{"Sec-Websocket-Extensions": {"foo", "bar; baz=2"}}, Offer{Extensions: "foo, bar; baz=2"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			offer, err := CheckRequest("GET", 1, 1, "server.example.com", asking(tt.changes))
			require.NoError(t, err)
			if tt.want.Key == "" {
				tt.want.Key = sampleKey
			}
			assert.Equal(t, &tt.want, offer)
		})
	}
}

// Section 4.2.1: "If the server, while reading the handshake, finds that the
// client did not send a handshake that matches the description below [...] the
// server MUST stop processing the client's handshake and return an HTTP
// response with an appropriate error code (such as 400 Bad Request)."
func TestCheckRequestRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, field string
		status      int
		changes     map[string][]string
	}{
		{"item 3, no Upgrade", "Upgrade", 426, map[string][]string{"Upgrade": nil}},
		{"item 3, another protocol", "Upgrade", 426, map[string][]string{"Upgrade": {"h2c"}}},
		{"item 3, part of a value", "Upgrade", 426, map[string][]string{"Upgrade": {"websockets"}}},
		{"item 4, no Connection", "Connection", 426, map[string][]string{"Connection": nil}},
		{"item 4, another token", "Connection", 426, map[string][]string{"Connection": {"keep-alive"}}},
		{"item 5, no key", "Sec-WebSocket-Key", 400, map[string][]string{"Sec-Websocket-Key": nil}},
		{"item 5, empty key", "Sec-WebSocket-Key", 400, map[string][]string{"Sec-Websocket-Key": {""}}},
		{"item 5, key of 15 bytes", "Sec-WebSocket-Key", 400, map[string][]string{"Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25j"}}},
		{"item 5, key that is not base64", "Sec-WebSocket-Key", 400, map[string][]string{"Sec-Websocket-Key": {"not base64 at all, no!!!"}}},
		{"11.3.1 key twice", "Sec-WebSocket-Key", 400, map[string][]string{"Sec-Websocket-Key": {sampleKey, sampleKey}}},
		{"item 6, no version", "Sec-WebSocket-Version", 426, map[string][]string{"Sec-Websocket-Version": nil}},
		{"item 6, version 8", "Sec-WebSocket-Version", 426, map[string][]string{"Sec-Websocket-Version": {"8"}}},
		{"item 6, version 013", "Sec-WebSocket-Version", 426, map[string][]string{"Sec-Websocket-Version": {"013"}}},
		{"item 6, a list of versions", "Sec-WebSocket-Version", 426, map[string][]string{"Sec-Websocket-Version": {"13, 8"}}},
		{"11.3.5 version twice", "Sec-WebSocket-Version", 426, map[string][]string{"Sec-Websocket-Version": {"13", "13"}}},
		{"item 6, before the key", "Sec-WebSocket-Version", 426, map[string][]string{"Sec-Websocket-Version": {"25"}, "Sec-Websocket-Key": nil}},
		{"item 8, not a token", "Sec-WebSocket-Protocol", 400, map[string][]string{"Sec-Websocket-Protocol": {"a b"}}},
		{"item 8, one twice", "Sec-WebSocket-Protocol", 400, map[string][]string{"Sec-Websocket-Protocol": {"a, b", "a"}}},
		{"item 9, empty in part", "Sec-WebSocket-Extensions", 400, map[string][]string{"Sec-Websocket-Extensions": {"", "a;"}}},
		{"item 9, malformed", "Sec-WebSocket-Extensions", 400, map[string][]string{"Sec-Websocket-Extensions": {"a; b=\"c d\""}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			offer, err := CheckRequest("GET", 1, 1, "server.example.com", asking(tt.changes))
			requireRefusal(t, err, tt.status, tt.field)
			assert.Nil(t, offer)
		})
	}
}

func requireRefusal(t *testing.T, err error, status int, field string) {
	t.Helper()
	var e *HandshakeError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, status, e.StatusCode)
	assert.Equal(t, field, e.Field)
}

// Items 1 and 2: "An HTTP/1.1 or higher GET request" and "A |Host| header field
// containing the server's authority."
func TestCheckRequestLine(t *testing.T) {
	for _, tt := range []struct {
		method       string
		major, minor int
		host, field  string
		status       int
	}{
		{"POST", 1, 1, "a", "method", 405},
		{"get", 1, 1, "a", "method", 405},
		{"CONNECT", 2, 0, "a", "method", 405},
		{"GET", 1, 0, "a", "version", 400},
		{"GET", 0, 9, "a", "version", 400},
		{"GET", 2, 0, "a", "version", 400},
		{"GET", 1, 1, "", "Host", 400},
		{"GET", 1, 1, "a b", "Host", 400},
		{"GET", 1, 1, "a/b", "Host", 400},
	} {
		_, err := CheckRequest(tt.method, tt.major, tt.minor, tt.host, asking(nil))
		requireRefusal(t, err, tt.status, tt.field)
	}
	_, err := CheckRequest("GET", 1, 2, "[::1]:8080", asking(nil))
	assert.NoError(t, err, "\"HTTP/1.1 or higher\"")
}

// The example of section 1.2.
func TestAppendResponse(t *testing.T) {
	assert.Equal(t, "xHTTP/1.1 101 Switching Protocols\r\n"+
		"Upgrade: websocket\r\n"+
		"Connection: Upgrade\r\n"+
		"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"+
		"Sec-WebSocket-Protocol: chat\r\n\r\n", string(AppendResponse([]byte("x"), sampleKey, "chat", "", nil)))
}

// Section 4.2.2: "The empty string is not the same as the null value for these
// purposes and is not a legal value for this field."
func TestAppendResponseLeavesOutWhatWasNotSelected(t *testing.T) {
	p := string(AppendResponse(nil, sampleKey, "", "", nil))
	assert.NotContains(t, p, "Sec-WebSocket-Protocol")
	assert.NotContains(t, p, "Sec-WebSocket-Extensions")
}

func TestAppendResponseFurtherFields(t *testing.T) {
	p := AppendResponse(nil, sampleKey, "a\r\nX: y", "b\nc", map[string][]string{
		"X-B": {"1", " 2 "}, "X-A": {"a\r\nSet-Cookie: b"}, "X C": {"not a token"}, "": {"no name"},
		"upgrade": {"h2c"}, "Sec-WebSocket-Accept": {"x"}, "Content-Length": {"5"},
	})
	assert.Equal(t, "HTTP/1.1 101 Switching Protocols\r\n"+
		"Upgrade: websocket\r\n"+
		"Connection: Upgrade\r\n"+
		"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"+
		"Sec-WebSocket-Protocol: a  X: y\r\n"+
		"Sec-WebSocket-Extensions: b c\r\n"+
		"X-A: a  Set-Cookie: b\r\nX-B: 1\r\nX-B: 2\r\n\r\n", string(p))
}

// Whatever a client sends, the server accepts it or answers with one of three
// statuses; what it accepts has a key that can be answered and lists that can
// be offered again.
func FuzzCheckRequest(f *testing.F) {
	f.Add("GET", 1, 1, "a", "websocket", "Upgrade", sampleKey, "13", "chat, superchat", "permessage-deflate")
	f.Add("GET", 1, 0, "a:80", "WebSocket, h2c", "keep-alive, upgrade", "x", "8", "a,,a", "a;")
	f.Add("POST", 2, 0, "", "", "", "", "", "", "")
	f.Fuzz(func(t *testing.T, method string, major, minor int, host, upgrade, connection, key, version, protocol, extensions string) {
		header := map[string][]string{
			"Upgrade": {upgrade}, "Connection": strings.Split(connection, ";"),
			"Sec-Websocket-Key": {key}, "Sec-Websocket-Version": {version},
			"Sec-Websocket-Protocol": strings.Split(protocol, ";"), "Sec-Websocket-Extensions": {extensions},
		}
		offer, err := CheckRequest(method, major, minor, host, header)
		if err != nil {
			var e *HandshakeError
			require.ErrorAs(t, err, &e)
			require.True(t, slices.Contains([]int{400, 405, 426}, e.StatusCode))
			return
		}
		_, err = AppendRequest(nil, &Request{Target: "/", Host: host, Key: offer.Key, Subprotocols: offer.Subprotocols, Extensions: offer.Extensions})
		require.NoError(t, err)
	})
}
