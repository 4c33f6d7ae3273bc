package testserver

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// RFC 6455, section 4.2.1, lists what a handshake has; 4.2.2 and RFC 9110 say
// what to answer to one that is none.
func TestARequestThatIsNoHandshakeIsRefused(t *testing.T) {
	s := New(t)
	good := handshakeRequest("/ws/echo")
	for name, tc := range map[string]struct {
		old, new, status, field, value string
	}{
		"item 1: another method":                          {"GET ", "POST ", "405", "Allow", "GET"},
		"item 1: HTTP/1.0":                                {"HTTP/1.1", "HTTP/1.0", "400", "", ""},
		"item 3: no Upgrade":                              {"Upgrade: websocket\r\n", "", "426", "Upgrade", "websocket"},
		"item 3: another Upgrade":                         {"websocket\r\n", "h2c\r\n", "426", "Upgrade", "websocket"},
		"item 4: no Connection":                           {"Connection: Upgrade\r\n", "", "426", "Connection", "Upgrade"},
		"item 4: another Connection":                      {"Connection: Upgrade", "Connection: keep-alive", "426", "", ""},
		"item 5: no key":                                  {"Sec-WebSocket-Key: " + sampleKey + "\r\n", "", "400", "", ""},
		"item 5: a key of 15 bytes":                       {sampleKey, "AAAAAAAAAAAAAAAAAAAA", "400", "", ""},
		"item 5: a key that is no base64":                 {sampleKey, "?GhlIHNhbXBsZSBub25jZQ==", "400", "", ""},
		"item 6: no version":                              {"Sec-WebSocket-Version: 13\r\n", "", "426", "Sec-WebSocket-Version", "13"},
		"item 6: another version":                         {"Version: 13", "Version: 8", "426", "Sec-WebSocket-Version", "13"},
		"item 8: subprotocols with a space":               {"Version: 13\r\n", "Version: 13\r\nSec-WebSocket-Protocol: a b\r\n", "400", "", ""},
		"item 9: an extension's parameter without a name": {"Version: 13\r\n", "Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate; =1\r\n", "400", "", ""},
		"item 9: an extension without an end":             {"Version: 13\r\n", "Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate;\r\n", "400", "", ""},
		"item 9: a quoted value with a space":             {"Version: 13\r\n", "Version: 13\r\nSec-WebSocket-Extensions: a; b=\"c d\"\r\n", "400", "", ""},
		"item 9: the second field malformed":              {"Version: 13\r\n", "Version: 13\r\nSec-WebSocket-Extensions: a\r\nSec-WebSocket-Extensions: b c\r\n", "400", "", ""},
		"a body":                                          {"Version: 13\r\n", "Version: 13\r\nContent-Length: 1\r\n", "400", "", ""},
		"a body in chunks":                                {"Version: 13\r\n", "Version: 13\r\nTransfer-Encoding: chunked\r\n", "400", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := connect(t, s)
			require.Contains(t, good, tc.old)
			c.write(strings.Replace(good, tc.old, tc.new, 1))
			status, header := c.head()
			assert.Contains(t, status, " "+tc.status+" ")
			if tc.field != "" {
				assert.Equal(t, tc.value, header.Get(tc.field))
			}
		})
	}
}

// RFC 6455, section 4.2.1: names and the two tokens are compared without
// regard to case, and Connection is a list.
func TestAHandshakeMayBeWrittenInOtherWays(t *testing.T) {
	s := New(t)
	good := handshakeRequest("/ws/echo")
	for name, change := range map[string][2]string{
		"Upgrade in capitals":               {"Upgrade: websocket", "UPGRADE: WebSocket"},
		"Connection with more tokens":       {"Connection: Upgrade", "connection: keep-alive, upgrade"},
		"Connection in two fields":          {"Connection: Upgrade", "Connection: keep-alive\r\nConnection: Upgrade"},
		"Upgrade with other protocols":      {"Upgrade: websocket", "Upgrade: h2c, websocket"},
		"no extensions in a field for them": {"Version: 13", "Version: 13\r\nSec-WebSocket-Extensions: "},
		"no subprotocols in a field":        {"Version: 13", "Version: 13\r\nSec-WebSocket-Protocol: "},
		"extensions that nobody accepts":    {"Version: 13", "Version: 13\r\nSec-WebSocket-Extensions: x-none; a=1"},
	} {
		t.Run(name, func(t *testing.T) {
			c := connect(t, s)
			require.Contains(t, good, change[0])
			c.write(strings.Replace(good, change[0], change[1], 1))
			status, header := c.head()
			assert.Equal(t, "HTTP/1.1 101 Switching Protocols", status)
			assert.Empty(t, header.Get("Sec-WebSocket-Extensions"))
			c.close()
		})
	}
}

func TestTheServersFavouriteSubprotocolIsSelected(t *testing.T) {
	s := New(t)
	for name, tc := range map[string]struct{ supported, offered, want string }{
		"the server's order counts": {"b,a", "a, b", "b"},
		"the one both have":         {"a,b", "c, b", "b"},
		"none in common":            {"a", "c", ""},
		"none offered":              {"a", "", ""},
		"none supported":            {"", "a", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := connect(t, s)
			fields := []string{}
			if tc.offered != "" {
				fields = append(fields, "Sec-WebSocket-Protocol: "+tc.offered)
			}
			c.write(handshakeRequest("/ws/echo?protocols="+tc.supported, fields...))
			_, header := c.head()
			assert.Equal(t, tc.want, header.Get("Sec-WebSocket-Protocol"))
			_, has := header["Sec-Websocket-Protocol"]
			assert.Equal(t, tc.want != "", has)
			c.close()
		})
	}
}

// A client need not wait for the 101 before it sends, as far as the server is
// concerned.
func TestFramesInOneSegmentWithTheHandshakeAreNotLost(t *testing.T) {
	c := connect(t, New(t))
	c.write(handshakeRequest("/ws/echo") + masked(text, "early") + masked(textFrame, "in two")[:7])
	status, _ := c.head()
	require.Contains(t, status, "101")
	c.want(text, "early")
	c.write(masked(textFrame, "in two")[7:])
	c.send(fin|contFrame, "!")
	c.want(text, "in two!")
	c.close()
}

func TestAuthorizeComesBeforeTheHandshake(t *testing.T) {
	serve := func(p *Peer) string { return p.Request().Header.Get("Authorization") }
	opts := &WebSocketOptions{Authorize: func(w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("Authorization") == "Bearer good" {
			return true
		}
		w.Header().Set("WWW-Authenticate", "Bearer")
		w.WriteHeader(http.StatusUnauthorized)
		return false
	}}
	served := make(chan string, 1)
	s, err := Listen("127.0.0.1:0", &Options{Handler: WebSocket(func(p *Peer) { served <- serve(p) }, opts)})
	require.NoError(t, err)
	defer s.Close()

	c := connect(t, s)
	c.write(handshakeRequest("/own", "Authorization: Bearer bad"))
	status, header := c.head()
	assert.Contains(t, status, "401")
	assert.Equal(t, "Bearer", header.Get("WWW-Authenticate"))

	c = open(t, s, "/own", "Authorization: Bearer good")
	assert.Equal(t, "Bearer good", <-served)
	c.wantClose(1000)
}

func TestTheResponseCarriesHeaderAndSubprotocol(t *testing.T) {
	s, err := Listen("127.0.0.1:0", &Options{Handler: WebSocket(func(p *Peer) {
		_ = p.Send(context.Background(), Message{TextMessage, []byte(p.Subprotocol())})
	}, &WebSocketOptions{Subprotocols: []string{"chat"}, Header: http.Header{"X-More": {"yes"}}})})
	require.NoError(t, err)
	defer s.Close()
	c := connect(t, s)
	c.write(handshakeRequest("/own", "Sec-WebSocket-Protocol: chat"))
	_, header := c.head()
	assert.Equal(t, "yes", header.Get("X-More"))
	assert.Equal(t, "chat", header.Get("Sec-WebSocket-Protocol"))
	c.want(text, "chat")
}

func TestAResponseWriterThatCannotHijackIsToldSo(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/ws/echo", nil)
	for _, line := range strings.Split(strings.TrimSpace(handshakeRequest("/")), "\r\n")[1:] {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	Handler(nil).ServeHTTP(w, r)
	assert.Equal(t, http.StatusInternalServerError, w.Code)
}

func TestThePanicOfAServeFunctionClosesTheConnection(t *testing.T) {
	c, _ := peer(t, nil, func(*Peer) error { panic(http.ErrAbortHandler) })
	c.wantEnd()
}
