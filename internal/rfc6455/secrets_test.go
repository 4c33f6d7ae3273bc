package rfc6455

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Errors are logged, and a token is among what a caller sends.
func TestNoRefusalTellsWhatMayBeSecret(t *testing.T) {
	for name, change := range map[string]func(*Request){
		"a query":        func(r *Request) { r.Target = "/chat?token=s3cret%" },
		"a subprotocol":  func(r *Request) { r.Subprotocols = []string{"bearer.s3cret", "bearer.s3cret"} },
		"a value":        func(r *Request) { r.Header = map[string][]string{"Authorization": {"s3cret\n"}} },
		"a field's name": func(r *Request) { r.Header = map[string][]string{"Bearer s3cret": {""}} },
		"an owned field": func(r *Request) { r.Header = map[string][]string{"Sec-WebSocket-Protocol": {"bearer.s3cret"}} },
	} {
		_, err := AppendRequest(nil, request(change))
		assert.Error(t, err, name)
		assert.NotContains(t, err.Error(), "s3cret", name)
	}
	offering := request(func(r *Request) { r.Subprotocols = []string{"chat", "bearer.s3cret"} })
	for got, want := range map[string]string{
		"other":               `Sec-WebSocket-Protocol is "other", want one of the 2 that were offered`,
		"chat, bearer.s3cret": `Sec-WebSocket-Protocol is "2 names", want one of the 2 that were offered`,
		"Bearer.s3cret":       `Sec-WebSocket-Protocol is "one that was offered in another case", want one of the 2 that were offered`,
	} {
		_, err := CheckResponse(offering, answer(map[string][]string{"Sec-Websocket-Protocol": {got}}))
		assert.EqualError(t, err, "rfc6455: handshake: "+want)
	}
}
