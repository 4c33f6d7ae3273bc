package rfc6455

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// answer is the least response that opens the connection, with changes: a nil
// value removes a field.
func answer(changes map[string][]string) *Response {
	header := map[string][]string{
		"Upgrade": {"websocket"}, "Connection": {"Upgrade"}, "Sec-Websocket-Accept": {"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="},
	}
	for name, values := range changes {
		if header[name] = values; values == nil {
			delete(header, name)
		}
	}
	return &Response{StatusCode: 101, Reason: "Switching Protocols", Header: header}
}

// offering is a request with two subprotocols and two extensions.
var offering = request(func(r *Request) {
	r.Subprotocols = []string{"chat", "superchat"}
	r.Extensions = "permessage-deflate; client_max_window_bits, other"
})

func TestCheckResponse(t *testing.T) {
	for _, tt := range []struct {
		name    string
		changes map[string][]string
		want    Agreed
	}{
		{"4.1 nothing agreed", nil, Agreed{}},
		{"4.1 step 2, case-insensitive", map[string][]string{"Upgrade": {"WebSocket"}}, Agreed{}},
		{"4.1 step 3, case-insensitive", map[string][]string{"Connection": {"upgrade"}}, Agreed{}},
		{"4.1 step 3, a token among others", map[string][]string{"Connection": {"keep-alive, Upgrade"}}, Agreed{}},
		{"4.1 step 3, in another field", map[string][]string{"Connection": {"keep-alive", "Upgrade"}}, Agreed{}},
		{"4.1 step 5, an extension", map[string][]string{"Sec-Websocket-Extensions": {"permessage-deflate"}}, Agreed{Extensions: "permessage-deflate"}},
		{"4.1 step 5, with parameters", map[string][]string{"Sec-Websocket-Extensions": {`permessage-deflate; server_max_window_bits="10"`}},
			Agreed{Extensions: `permessage-deflate; server_max_window_bits="10"`}},
		{"4.1 step 5, none of them", map[string][]string{"Sec-Websocket-Extensions": {""}}, Agreed{}},
		{"4.2.2 extensions split between fields", map[string][]string{"Sec-Websocket-Extensions": {"permessage-deflate", "other"}}, Agreed{Extensions: "permessage-deflate, other"}},
		{"4.1 step 6, a subprotocol", map[string][]string{"Sec-Websocket-Protocol": {"superchat"}}, Agreed{Subprotocol: "superchat"}},
		{"unknown fields are ignored", map[string][]string{"Server": {"x"}, "Sec-Websocket-Version": {"13"}}, Agreed{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			agreed, err := CheckResponse(offering, answer(tt.changes))
			require.NoError(t, err)
			assert.Equal(t, tt.want, agreed)
		})
	}
}

// Section 4.1: "The client MUST validate the server's response as follows".
// The sentences are above each of the functions.
func TestCheckResponseRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, field string
		changes     map[string][]string
	}{
		{"step 2, no Upgrade", "Upgrade", map[string][]string{"Upgrade": nil}},
		{"step 2, empty Upgrade", "Upgrade", map[string][]string{"Upgrade": {""}}},
		{"step 2, another protocol", "Upgrade", map[string][]string{"Upgrade": {"h2c"}}},
		{"step 2, a version of it", "Upgrade", map[string][]string{"Upgrade": {"websocket/13"}}},
		{"step 2, two protocols", "Upgrade", map[string][]string{"Upgrade": {"h2c, websocket"}}},
		{"step 2, two fields", "Upgrade", map[string][]string{"Upgrade": {"websocket", "h2c"}}},
		{"step 2, Kelvin sign", "Upgrade", map[string][]string{"Upgrade": {"websoc\u212aet"}}},
		{"step 3, no Connection", "Connection", map[string][]string{"Connection": nil}},
		{"step 3, another token", "Connection", map[string][]string{"Connection": {"keep-alive"}}},
		{"step 3, part of a token", "Connection", map[string][]string{"Connection": {"Upgrade-Insecure"}}},
		{"step 4, no Accept", "Sec-WebSocket-Accept", map[string][]string{"Sec-Websocket-Accept": nil}},
		{"step 4, empty", "Sec-WebSocket-Accept", map[string][]string{"Sec-Websocket-Accept": {""}}},
		{"step 4, of another key", "Sec-WebSocket-Accept", map[string][]string{"Sec-Websocket-Accept": {AcceptKey("x3JJHMbDL1EzLkh9GBhXDw==")}}},
		{"step 4, the key itself", "Sec-WebSocket-Accept", map[string][]string{"Sec-Websocket-Accept": {sampleKey}}},
		{"step 4, in another case", "Sec-WebSocket-Accept", map[string][]string{"Sec-Websocket-Accept": {"S3PPLMBITXAQ9KYGZZHZRBK+XOO="}}},
		{"step 4, twice", "Sec-WebSocket-Accept", map[string][]string{"Sec-Websocket-Accept": {"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}}},
		{"step 5, not offered", "Sec-WebSocket-Extensions", map[string][]string{"Sec-Websocket-Extensions": {"x-webkit-deflate-frame"}}},
		{"step 5, one of two not offered", "Sec-WebSocket-Extensions", map[string][]string{"Sec-Websocket-Extensions": {"permessage-deflate, foo"}}},
		{"step 5, in another field", "Sec-WebSocket-Extensions", map[string][]string{"Sec-Websocket-Extensions": {"permessage-deflate", "foo"}}},
		{"step 5, malformed", "Sec-WebSocket-Extensions", map[string][]string{"Sec-Websocket-Extensions": {"permessage-deflate;"}}},
		{"step 6, not offered", "Sec-WebSocket-Protocol", map[string][]string{"Sec-Websocket-Protocol": {"other"}}},
		{"step 6, in another case", "Sec-WebSocket-Protocol", map[string][]string{"Sec-Websocket-Protocol": {"Chat"}}},
		{"step 6, empty", "Sec-WebSocket-Protocol", map[string][]string{"Sec-Websocket-Protocol": {""}}},
		{"step 6, all that were offered", "Sec-WebSocket-Protocol", map[string][]string{"Sec-Websocket-Protocol": {"chat, superchat"}}},
		{"step 6, twice", "Sec-WebSocket-Protocol", map[string][]string{"Sec-Websocket-Protocol": {"chat", "chat"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			agreed, err := CheckResponse(offering, answer(tt.changes))
			var e *HandshakeError
			require.ErrorAs(t, err, &e)
			assert.Equal(t, tt.field, e.Field)
			assert.Zero(t, e.StatusCode)
			assert.Zero(t, agreed)
		})
	}
}

// What was not offered at all cannot be agreed.
func TestCheckResponseToAPlainRequest(t *testing.T) {
	plain := request(func(*Request) {})
	for field, values := range map[string][]string{"Sec-Websocket-Protocol": {"chat", ""}, "Sec-Websocket-Extensions": {"chat"}} {
		for _, v := range values {
			_, err := CheckResponse(plain, answer(map[string][]string{field: {v}}))
			assert.ErrorAs(t, err, new(*HandshakeError), "%s %q", field, v)
		}
	}
}

// Step 1: "If the status code received from the server is not 101, the client
// handles the response per HTTP [RFC2616] procedures."
func TestCheckResponseOfAnotherStatus(t *testing.T) {
	for _, status := range []int{100, 200, 301, 401, 426, 503} {
		resp := answer(nil)
		resp.StatusCode, resp.Reason = status, "Reason"
		_, err := CheckResponse(offering, resp)
		var e *HandshakeError
		require.ErrorAs(t, err, &e)
		assert.Equal(t, "status", e.Field)
		assert.Contains(t, e.Got, "Reason")
	}
}

// The two sides agree with each other on what they agreed.
func FuzzHandshake(f *testing.F) {
	f.Add("chat, superchat", "chat", "permessage-deflate; a, other", "permessage-deflate; b=c")
	f.Add("chat", "other", "", "")
	f.Add("", "", "a", "a;")
	f.Add("", "", "a", "a, b")
	f.Fuzz(func(t *testing.T, offered, selected, extensions, agreed string) {
		req := request(func(r *Request) { r.Subprotocols, r.Extensions = elements([]string{offered}), extensions })
		if _, err := AppendRequest(nil, req); err != nil {
			return
		}
		wire := AppendResponse(nil, req.Key, selected, agreed, nil)
		resp, n, err := ParseResponse(wire)
		require.NoError(t, err)
		require.Equal(t, len(wire), n)
		got, err := CheckResponse(req, resp)
		if err != nil {
			return
		}
		require.Equal(t, Agreed{Subprotocol: clean(selected), Extensions: clean(agreed)}, got)
		require.True(t, selected == "" || containsFold(req.Subprotocols, got.Subprotocol))
	})
}
