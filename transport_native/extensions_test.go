package native

import (
	"errors"
	"testing"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/rfc7692"
)

// FuzzExtensionSyntax compares the two parsers of Sec-WebSocket-Extensions, of
// the handshake and of the extension: what one lets pass the other understands.
func FuzzExtensionSyntax(f *testing.F) {
	for _, value := range []string{
		"", " ", ", ,", "a", "a;", "a; b=c, d", `a; b="c\d"`, `a; b="c d"`, "a b", "a;;b", "a;=b", `a;b="`, `a;b=""`, ";", "=", "\x00", "\u00e9",
		"permessage-deflate; client_max_window_bits", ", permessage-deflate,, x",
	} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		_, handshake := rfc6455.CheckRequest("GET", 1, 1, "a.test", map[string][]string{
			"Upgrade": {"websocket"}, "Connection": {"Upgrade"}, "Sec-Websocket-Version": {"13"},
			"Sec-Websocket-Key": {rfc6455.NewKey([16]byte{})}, "Sec-Websocket-Extensions": {value},
		})
		_, _, err := rfc7692.CheckAnswer("", value)
		var malformed *rfc7692.NegotiationError
		if errors.As(err, &malformed) && malformed.Section != "RFC 6455, section 9.1" {
			err = nil // well-formed, but not offered
		}
		if (handshake == nil) != (err == nil) {
			t.Fatalf("%q: %v, but %v", value, handshake, err)
		}
	})
}
