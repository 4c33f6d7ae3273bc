package testserver

import (
	"context"
	"strconv"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
)

// maxPing leaves room for the number behind a ping's payload, which is how the
// pongs are told apart.
const maxPing = rfc6455.MaxControlPayload - len("1000000")

// preparePing shows a page that its browser answers pings, which no API of the
// browser tells.
func preparePing(_ *site, q *query, e *endpoint) {
	n, payload := q.int("n", 1, 0, maxCount), q.text("payload", "hello")
	if len(payload) > maxPing {
		q.refuse("payload", payload, "at most "+strconv.Itoa(maxPing)+" bytes")
	}
	e.quirk.onPong = func(p *Peer, pong []byte) {
		_ = p.sendBack(Message{TextMessage, append([]byte("pong "), pong...)})
	}
	e.serve = func(p *Peer) {
		defer alongside(func() { p.sendPings(n, payload) })()
		p.echoAll()
	}
}

// sendPings sends n pings that can be told apart.
func (p *Peer) sendPings(n int, payload string) {
	for k := 0; k < n; k++ {
		ping := []byte(payload)
		if k > 0 {
			ping = strconv.AppendInt(ping, int64(k), 10)
		}
		if p.Ping(context.Background(), ping) != nil {
			return
		}
	}
}
