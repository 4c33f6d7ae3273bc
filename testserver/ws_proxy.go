package testserver

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
)

// A proxyStatus is what /ws/proxy tells.
type proxyStatus struct {
	URL      string `json:"url"`
	Seed     uint64 `json:"seed"`
	Cuts     int    `json:"cuts"`
	Accepted int    `json:"accepted"`
}

// prepareProxy starts a proxy in front of the server itself, that a page can
// reach and control. It lasts as long as the connection that asked for it.
func prepareProxy(_ *site, q *query, e *endpoint) {
	opts := &ProxyOptions{
		CutAfter: q.int("cut", 0, 0, maxSize), Seed: uint64(q.int("seed", 0, 0, 1<<31-1)),
		Delay: q.millis("delay", 0), BytesPerSecond: q.int("rate", 0, 0, maxSize),
	}
	e.serve = func(p *Peer) {
		addr, ok := p.req.Context().Value(http.LocalAddrContextKey).(net.Addr)
		if !ok {
			_ = p.Close(closeInternal, "the server does not know its address")
			return
		}
		proxy, err := ListenProxy(addr.String(), opts)
		if err != nil {
			_ = p.Close(closeInternal, err.Error())
			return
		}
		defer proxy.Close()
		for p.tellProxy(proxy) == nil {
			m, err := p.Receive(context.Background())
			if err != nil {
				return
			}
			proxy.command(string(m.Data))
		}
	}
}

// tellProxy sends what is known of the proxy.
func (p *Peer) tellProxy(proxy *Proxy) error {
	scheme := "ws://"
	if p.req.TLS != nil {
		scheme = "wss://"
	}
	text, err := json.Marshal(proxyStatus{scheme + proxy.Addr(), proxy.Seed(), proxy.Cuts(), proxy.Accepted()})
	if err != nil {
		return err
	}
	return p.Send(context.Background(), Message{TextMessage, text})
}

// command does what a page asks for. Anything else asks for the status alone.
func (p *Proxy) command(name string) {
	switch name {
	case "cut":
		p.Cut()
	case "silence", "sound":
		p.Silence(name == "silence")
	case "refuse", "accept":
		p.Refuse(name == "refuse")
	}
}
