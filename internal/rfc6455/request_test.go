package rfc6455

import (
	"bufio"
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const sampleKey = "dGhlIHNhbXBsZSBub25jZQ=="

// request is the least request there can be, with what f changes.
func request(f func(*Request)) *Request {
	r := &Request{Target: "/chat", Host: "server.example.com", Key: sampleKey}
	f(r)
	return r
}

// The example of section 1.2.
func TestAppendRequest(t *testing.T) {
	p, err := AppendRequest([]byte("x"), request(func(r *Request) {
		r.Subprotocols = []string{"chat", "superchat"}
		r.Header = map[string][]string{"Origin": {"http://example.com"}}
	}))
	require.NoError(t, err)
	assert.Equal(t, "xGET /chat HTTP/1.1\r\n"+
		"Host: server.example.com\r\n"+
		"Upgrade: websocket\r\n"+
		"Connection: Upgrade\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"+
		"Sec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Protocol: chat, superchat\r\n"+
		"Origin: http://example.com\r\n\r\n", string(p))
}

func TestAppendRequestSortsFurtherFields(t *testing.T) {
	r := request(func(r *Request) {
		r.Extensions = "permessage-deflate"
		r.Header = map[string][]string{"X-B": {"1", " 2\t"}, "X-A": {""}, "x-c": {"caf\u00e9"}, "X-None": nil}
	})
	p, err := AppendRequest(nil, r)
	require.NoError(t, err)
	assert.True(t, strings.HasSuffix(string(p), "Sec-WebSocket-Extensions: permessage-deflate\r\n"+
		"X-A: \r\nX-B: 1\r\nX-B: 2\r\nx-c: caf\u00e9\r\n\r\n"), "%s", p)
}

func TestAppendRequestAccepts(t *testing.T) {
	for _, target := range []string{"/", "/?", "/a/b?c=d&e=%20", "//a", "/%23%aF", "http://example.com/chat", "https://example.com:444/", "/a'b|c"} {
		_, err := AppendRequest(nil, request(func(r *Request) { r.Target = target }))
		assert.NoError(t, err, target)
	}
	for _, host := range []string{"a", "example.com:8080", "[::1]", "[::1]:80", "127.0.0.1", "xn--bcher-kva.example", "under_score"} {
		_, err := AppendRequest(nil, request(func(r *Request) { r.Host = host }))
		assert.NoError(t, err, host)
	}
}

// Nothing that a caller passes can begin a line of its own or contradict the
// handshake, and what is refused leaves the buffer as it was.
func TestAppendRequestRefuses(t *testing.T) {
	header := func(name, value string) func(*Request) {
		return func(r *Request) { r.Header = map[string][]string{name: {value}} }
	}
	for _, tt := range []struct {
		name, field string
		change      func(*Request)
	}{
		{"empty target", "target", func(r *Request) { r.Target = "" }},
		{"target without slash", "target", func(r *Request) { r.Target = "chat" }},
		{"target with space", "target", func(r *Request) { r.Target = "/a b" }},
		{"target with line end", "target", func(r *Request) { r.Target = "/ HTTP/1.1\r\nX: y" }},
		{"target with tab", "target", func(r *Request) { r.Target = "/a\tb" }},
		{"target with NUL", "target", func(r *Request) { r.Target = "/\x00" }},
		{"target with DEL", "target", func(r *Request) { r.Target = "/\x7f" }},
		{"target that is not escaped", "target", func(r *Request) { r.Target = "/caf\u00e9" }},
		{"target with a percent sign alone", "target", func(r *Request) { r.Target = "/100%" }},
		{"target with half an escape", "target", func(r *Request) { r.Target = "/%2" }},
		{"target with an escape that is none", "target", func(r *Request) { r.Target = "/%2g" }},
		{"target with fragment", "target", func(r *Request) { r.Target = "/a#b" }},
		{"target of another scheme", "target", func(r *Request) { r.Target = "ws://example.com/" }},
		{"empty host", "Host", func(r *Request) { r.Host = "" }},
		{"host with line end", "Host", func(r *Request) { r.Host = "a\r\nX: y" }},
		{"host with space", "Host", func(r *Request) { r.Host = "a b" }},
		{"host with user", "Host", func(r *Request) { r.Host = "user@a" }},
		{"host with path", "Host", func(r *Request) { r.Host = "a/b" }},
		{"host with query", "Host", func(r *Request) { r.Host = "a?b" }},
		{"host that is not ASCII", "Host", func(r *Request) { r.Host = "b\u00fccher" }},
		{"no key", "Sec-WebSocket-Key", func(r *Request) { r.Key = "" }},
		{"key of 15 bytes", "Sec-WebSocket-Key", func(r *Request) { r.Key = "dGhlIHNhbXBsZSBub25j" }},
		{"key with line end", "Sec-WebSocket-Key", func(r *Request) { r.Key = sampleKey + "\r\nX: y" }},
		{"empty subprotocol", "Sec-WebSocket-Protocol", func(r *Request) { r.Subprotocols = []string{""} }},
		{"subprotocol twice", "Sec-WebSocket-Protocol", func(r *Request) { r.Subprotocols = []string{"a", "a"} }},
		{"subprotocol with comma", "Sec-WebSocket-Protocol", func(r *Request) { r.Subprotocols = []string{"a,b"} }},
		{"subprotocol with line end", "Sec-WebSocket-Protocol", func(r *Request) { r.Subprotocols = []string{"a\r\nX: y"} }},
		{"extension with line end", "Sec-WebSocket-Extensions", func(r *Request) { r.Extensions = "a\r\nX: y" }},
		{"extension without name", "Sec-WebSocket-Extensions", func(r *Request) { r.Extensions = ";a" }},
		{"field without name", "header field name", header("", "a")},
		{"field name with space", "header field name", header("X ", "a")},
		{"field name with colon", "header field name", header("X:", "a")},
		{"field name with line end", "header field name", header("X: y\r\nZ", "a")},
		{"value with CR LF", "X", header("X", "a\r\nY: z")},
		{"value with LF", "X", header("X", "a\nY: z")},
		{"value with CR", "X", header("X", "a\rb")},
		{"value with NUL", "X", header("X", "a\x00")},
		{"Host", "Host", header("Host", "other")},
		{"upgrade in lower case", "upgrade", header("upgrade", "h2c")},
		{"Connection", "Connection", header("Connection", "close")},
		{"Sec-WebSocket-Key", "Sec-WebSocket-Key", header("Sec-WebSocket-Key", sampleKey)},
		{"Sec-Websocket-Version", "Sec-Websocket-Version", header("Sec-Websocket-Version", "8")},
		{"Sec-WebSocket-Protocol", "Sec-WebSocket-Protocol", header("Sec-WebSocket-Protocol", "a")},
		{"Sec-WebSocket-Extensions", "Sec-WebSocket-Extensions", header("Sec-WebSocket-Extensions", "a")},
		{"Content-Length", "Content-Length", header("Content-Length", "5")},
		{"Transfer-Encoding", "Transfer-Encoding", header("Transfer-Encoding", "chunked")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := AppendRequest([]byte("x"), request(tt.change))
			var e *HandshakeError
			require.ErrorAs(t, err, &e)
			assert.Equal(t, tt.field, e.Field)
			assert.Zero(t, e.StatusCode, "the client role has no status to answer")
			assert.Equal(t, "x", string(p))
		})
	}
}

// A request that is made is one that the server's side accepts as it was
// meant, read by a parser that is not ours.
func FuzzAppendRequest(f *testing.F) {
	f.Add("/chat", "server.example.com", "chat", "permessage-deflate; a=\"b\"", "Origin", "http://example.com")
	f.Add("/?a=%20", "[::1]:80", "", "", "X", "a\tb")
	f.Add("/a b", "a\r\n", "a b", ";", "X:", "\n")
	f.Fuzz(func(t *testing.T, target, host, subprotocol, extensions, name, value string) {
		r := &Request{Target: target, Host: host, Key: sampleKey, Extensions: extensions, Header: map[string][]string{name: {value}}}
		if subprotocol != "" {
			r.Subprotocols = []string{subprotocol}
		}
		p, err := AppendRequest(nil, r)
		if err != nil {
			return
		}
		got, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(append(p, "rest"...))))
		if err != nil {
			require.False(t, strings.HasPrefix(target, "/"), "%q: %v", p, err)
			return
		}
		offer, err := CheckRequest(got.Method, got.ProtoMajor, got.ProtoMinor, host, got.Header)
		require.NoError(t, err)
		require.Equal(t, target, got.RequestURI)
		require.Equal(t, r.Subprotocols, offer.Subprotocols)
		require.Equal(t, trim(extensions), offer.Extensions)
		require.Equal(t, trim(value), got.Header.Get(name))
	})
}
