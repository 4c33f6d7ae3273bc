package testserver

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
)

// A handshake is what the server saw of one.
type handshake struct {
	Method       string      `json:"method"`
	Target       string      `json:"target"`
	Host         string      `json:"host"`
	Header       http.Header `json:"header"`
	Subprotocols []string    `json:"subprotocols"`
	Selected     string      `json:"selected"`
}

func prepareHandshake(_ *site, _ *query, e *endpoint) {
	e.serve = func(p *Peer) {
		text, err := json.Marshal(p.handshake())
		if err == nil && p.Send(context.Background(), Message{TextMessage, text}) == nil {
			p.echoAll()
		}
	}
}

func (p *Peer) handshake() handshake {
	r := p.req
	h := handshake{
		Method: r.Method, Target: r.RequestURI, Host: r.Host, Header: r.Header,
		Subprotocols: []string{}, Selected: p.subprotocol,
	}
	if offer, err := checkHandshake(r); err == nil {
		h.Subprotocols = append(h.Subprotocols, offer.Subprotocols...)
	}
	return h
}

// prepareAnswer serves a response whose fields are the query's. What is not
// given is as it should be.
func prepareAnswer(_ *site, q *query, e *endpoint) {
	accept, hasAccept := q.field("accept", ""), q.has("accept")
	protocol, hasProtocol := q.field("subprotocol", ""), q.has("subprotocol")
	upgrade, connection := q.field("upgrade", "websocket"), q.field("connection", "Upgrade")
	extension, hasExtension := q.field("extensions", ""), q.has("extensions")
	header := q.header()
	e.serve = (*Peer).echoAll
	e.quirk.head = func(key, selected, agreed string) []byte {
		if !hasProtocol {
			protocol = selected
		}
		if !hasExtension {
			extension = agreed
		}
		head := appendHeaderField([]byte("HTTP/1.1 101 Switching Protocols\r\n"), "Upgrade", upgrade)
		head = appendHeaderField(head, "Connection", connection)
		head = appendHeaderField(head, "Sec-WebSocket-Accept", acceptValue(key, accept, hasAccept))
		head = appendHeaderField(head, "Sec-WebSocket-Protocol", protocol)
		head = appendHeaderField(head, "Sec-WebSocket-Extensions", extension)
		for name, values := range header {
			for _, value := range values {
				head = appendHeaderField(head, name, value)
			}
		}
		return append(head, "\r\n"...)
	}
}

// acceptValue returns what to answer a key with. The wrong value is that of
// another key: it has the right length, so only who computes it can tell.
func acceptValue(key, value string, given bool) string {
	switch {
	case !given:
		return rfc6455.AcceptKey(key)
	case value == "bad":
		return rfc6455.AcceptKey(key + "=")
	}
	return value
}

// appendHeaderField appends a field unless it has no value.
func appendHeaderField(dst []byte, name, value string) []byte {
	if value == "" {
		return dst
	}
	return fmt.Appendf(dst, "%s: %s\r\n", name, value)
}

// prepareReject serves an ordinary response, as a server does that wants a
// token.
func prepareReject(_ *site, q *query) http.Handler {
	status, text, header := q.int("status", http.StatusUnauthorized, 200, 599), q.text("body", "rejected"), q.header()
	header.Set("X-Reject", "yes")
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w, status, header, text) })
}

func prepareWebSocketRedirect(_ *site, q *query) http.Handler {
	status, to := q.int("status", http.StatusFound, 300, 399), q.field("to", "/ws/echo")
	return redirect(status, to)
}
