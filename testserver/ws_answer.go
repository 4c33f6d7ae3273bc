package testserver

import (
	"fmt"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
)

// prepareAnswer serves a response whose fields are the query's. What is not
// given is as it should be. RFC 6455, section 4.1, has the client fail the
// connection for each of them: a missing or wrong Upgrade, Connection or
// Sec-WebSocket-Accept, an extension or a subprotocol that it did not offer.
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
