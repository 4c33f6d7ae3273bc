package testserver

import (
	"context"
	"encoding/json"
	"net/http"
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

// prepareHandshake shows a page what its browser made of what it asked for.
func prepareHandshake(_ *site, _ *query, e *endpoint) {
	e.serve = func(p *Peer) {
		text, err := json.Marshal(p.handshake())
		if err == nil && p.Send(context.Background(), Message{TextMessage, text}) == nil {
			p.echoAll()
		}
	}
}

// handshake sums up the request. Its subprotocols are never null in JSON.
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
