package native

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
)

// answerTo makes a response of a template: {ok} stands for the fields that open
// a connection, {accept} for the value of the last of them.
func answerTo(req *http.Request, template string) string {
	accept := rfc6455.AcceptKey(req.Header.Get("Sec-WebSocket-Key"))
	ok := "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n"
	return strings.ReplaceAll(strings.ReplaceAll(template, "{ok}", ok), "{accept}", accept)
}

// dialAnswered dials a server that answers with a template and sends a message.
func dialAnswered(t *testing.T, template string) (*Conn, error) {
	h := &hosts{serve: map[string]func(net.Conn){"a.test:80": func(nc net.Conn) {
		req, err := http.ReadRequest(bufio.NewReader(nc))
		if assert.NoError(t, err) {
			_, _ = io.WriteString(nc, answerTo(req, template)+string(text("hello"))+string(closing(1000, "")))
			nc.Read(make([]byte, 100))
		}
	}}}
	conn, err := Dial(t.Context(), config("ws://a.test/"), h.options())
	if err != nil {
		return nil, err
	}
	return conn.(*Conn), nil
}

// What servers in the wild add to a handshake, and RFC 9110 and RFC 9112 let
// them, or make a client live with.
func TestAnswersThatOpenAConnection(t *testing.T) {
	const switching = "HTTP/1.1 101 Switching Protocols\r\n"
	for name, template := range map[string]string{
		"as it should be":                   switching + "{ok}\r\n",
		"names in lower case":               switching + "upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: {accept}\r\n\r\n",
		"names in upper case":               switching + "UPGRADE: WEBSOCKET\r\nCONNECTION: UPGRADE\r\nSEC-WEBSOCKET-ACCEPT: {accept}\r\n\r\n",
		"no space after the colons":         switching + "Upgrade:websocket\r\nConnection:Upgrade\r\nSec-WebSocket-Accept:{accept}\r\n\r\n",
		"whitespace around the value":       switching + "Upgrade: websocket \r\nConnection:\tUpgrade\r\nSec-WebSocket-Accept: \t {accept}\t \r\n\r\n",
		"no reason":                         "HTTP/1.1 101 \r\n{ok}\r\n",
		"no reason and no space":            "HTTP/1.1 101\r\n{ok}\r\n",
		"another reason":                    "HTTP/1.1 101 Web Socket Protocol Handshake\r\n{ok}\r\n",
		"a reason that is not ASCII":        "HTTP/1.1 101 caf\xe9 cr\xc3\xa8me\r\n{ok}\r\n",
		"a reason of 60,000 bytes":          "HTTP/1.1 101 " + strings.Repeat("x", 60_000) + "\r\n{ok}\r\n",
		"a version to come":                 "HTTP/1.2 101 Switching Protocols\r\n{ok}\r\n",
		"other connection options":          switching + "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n",
		"fields of other kinds, some twice": switching + "Date: now\r\nSet-Cookie: a=b\r\nServer: x\r\n{ok}Set-Cookie: c=d\r\nX-Empty:\r\n\r\n",
		// RFC 9112, section 5.2: "A user agent that receives an obs-fold in a
		// response message that is not within a "message/http" container MUST
		// replace each received obs-fold with one or more SP octets prior to
		// interpreting the field value."
		"a folded line":               switching + "{ok}X-Long: a\r\n b\r\n\r\n",
		"a folded line of the answer": switching + "Upgrade: websocket\r\nConnection: keep-alive,\r\n\tUpgrade\r\nSec-WebSocket-Accept:\r\n {accept}\r\n\r\n",
		// Section 2.2: "a recipient MAY recognize a single LF as a line
		// terminator and ignore any preceding CR."
		"LF for line ends":      strings.ReplaceAll(switching+"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n", "\r\n", "\n"),
		"LF for the last":       switching + "{ok}\n",
		"100 before it":         "HTTP/1.1 100 Continue\r\n\r\n" + switching + "{ok}\r\n",
		"102 and 103 before it": "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\nUpgrade: h2c\r\n\r\n" + switching + "{ok}\r\n",
		// RFC 9112, section 6.3: "any response with a 1xx (Informational) [...]
		// status code is always terminated by the first empty line after the
		// header fields, regardless of the header fields present in the
		// message, and thus cannot contain a message body or trailer section."
		"a length of 0":     switching + "{ok}Content-Length: 0\r\n\r\n",
		"a length of 7":     switching + "{ok}Content-Length: 7\r\n\r\n",
		"chunked":           switching + "{ok}Transfer-Encoding: chunked\r\n\r\n",
		"chunked and 103":   "HTTP/1.1 103 Early Hints\r\nTransfer-Encoding: chunked\r\n\r\n" + switching + "{ok}\r\n",
		"a length of words": switching + "{ok}Content-Length: none\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn, err := dialAnswered(t, template)
				require.NoError(t, err)
				m, err := conn.Receive(t.Context(), nil)
				require.NoError(t, err)
				assert.Equal(t, "hello", string(m.Data), "what follows the blank line is a frame")
				conn.Close(1000, "")
			})
		})
	}
}

// What no server of RFC 6455 sends, although parsers of HTTP have taken some of
// it: where two of them differ, an attacker may live.
func TestAnswersThatOpenNoConnection(t *testing.T) {
	const switching = "HTTP/1.1 101 Switching Protocols\r\n"
	for name, c := range map[string]struct{ template, wrong string }{
		"HTTP/1.0":                       {"HTTP/1.0 101 Switching Protocols\r\n{ok}\r\n", "status line"},
		"HTTP/2":                         {"HTTP/2 101\r\n{ok}\r\n", "status line"},
		"something before it":            {"\r\n" + switching + "{ok}\r\n", "status line"},
		"a byte order mark before it":    {"\ufeff" + switching + "{ok}\r\n", "status line"},
		"a folded first line":            {switching + " X-Long: a\r\n{ok}\r\n", "header field name"},
		"a space before a colon":         {switching + "{ok}X-Other : a\r\n\r\n", "header field name"},
		"no colon":                       {switching + "{ok}X-Other\r\n\r\n", "header field name"},
		"a reason over the limit":        {"HTTP/1.1 101 " + strings.Repeat("x", rfc6455.MaxResponseHead) + "\r\n{ok}\r\n", ""},
		"fields over the limit":          {switching + strings.Repeat("a: b\r\n", rfc6455.MaxResponseFields) + "{ok}\r\n", "header"},
		"the answer twice":               {switching + "{ok}Sec-WebSocket-Accept: {accept}\r\n\r\n", "Sec-WebSocket-Accept"},
		"another answer first":           {switching + "Sec-WebSocket-Accept: x\r\n{ok}\r\n", "Sec-WebSocket-Accept"},
		"two answers in one":             {switching + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}, {accept}\r\n\r\n", "Sec-WebSocket-Accept"},
		"no answer":                      {switching + "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n", "Sec-WebSocket-Accept"},
		"an upgrade to two":              {switching + "{ok}Upgrade: h2c\r\n\r\n", "Upgrade"},
		"to be closed":                   {switching + "Upgrade: websocket\r\nConnection: close\r\nSec-WebSocket-Accept: {accept}\r\n\r\n", "Connection"},
		"a subprotocol nobody asked for": {switching + "{ok}Sec-WebSocket-Protocol: chat\r\n\r\n", "Sec-WebSocket-Protocol"},
		"an extension nobody asked for":  {switching + "{ok}Sec-WebSocket-Extensions: x-other\r\n\r\n", "Sec-WebSocket-Extensions"},
		"200":                            {"HTTP/1.1 200 OK\r\n{ok}\r\n", "the server answered 200 OK"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, err := dialAnswered(t, c.template)
				require.Error(t, err)
				var refused *rfc6455.HandshakeError
				if errors.As(err, &refused) {
					assert.Equal(t, c.wrong, refused.Field)
				} else {
					assert.ErrorContains(t, err, c.wrong)
				}
			})
		})
	}
}

// A response that stops is told from one that is wrong.
func TestAnswersThatEndTooEarly(t *testing.T) {
	for _, head := range []string{"", "HTTP", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: web", "HTTP/1.1 100 Continue\r\n\r\n"} {
		synctest.Test(t, func(t *testing.T) {
			var asked requests
			h := &hosts{serve: map[string]func(net.Conn){"a.test:80": asked.answering(head)}}
			err := dialAndClose(t, config("ws://a.test/"), h.options())
			assert.True(t, errors.Is(err, io.ErrUnexpectedEOF), "%q: %v", head, err)
		})
	}
}
