package client

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// RFC 6455, section 4.1: "The elements that comprise this value MUST be
// non-empty strings with characters in the range U+0021 to U+007E not including
// separator characters as defined in [RFC2616] and MUST all be unique strings."
func TestSubprotocolsThatCannotBeOffered(t *testing.T) {
	for name, names := range map[string][]string{
		"empty":                   {""},
		"with a space":            {"a b"},
		"with a comma":            {"a,b"},
		"with a slash":            {"a/b"},
		"with a line break":       {"a\r\nb"},
		"not ASCII":               {"é"},
		"a control character":     {"a\x7f"},
		"named twice":             {"a", "b", "a"},
		"one of several is wrong": {"good", "b@d"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Connect(t.Context(), "ws://host.test", &Options{Subprotocols: names})
			var failed *ConnectError
			require.ErrorAs(t, err, &failed)
			assert.Contains(t, err.Error(), "subprotocol ")
		})
	}
	for _, c := range "()<>@,;:\\\"/[]?={} \t" {
		assert.False(t, isToken("a"+string(c)), "%q is a separator", c)
	}
}

func TestSubprotocolsThatCanBeOffered(t *testing.T) {
	assert.NoError(t, checkSubprotocols(nil))
	assert.NoError(t, checkSubprotocols([]string{"chat", "Chat", "v1.2+json!#$%&'*-.^_`|~"}), "case counts")
}

func TestConnectWithAContextThatHasEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Connect(ctx, "ws://host.test", nil)
	var failed *ConnectError
	require.ErrorAs(t, err, &failed)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, "client: connect ws://host.test: context canceled", err.Error())
}

func TestConnectError(t *testing.T) {
	cause := &transport.HandshakeError{
		StatusCode: 401, Header: map[string][]string{"X": {"y"}}, Body: []byte("who are you"),
		Err: errors.New("the server answered 401 Unauthorized"),
	}
	err := connectError("wss://u:p@host.test/?token", cause)
	var failed *ConnectError
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, &ConnectError{
		URL: "wss://host.test/?…", StatusCode: 401, Header: cause.Header, Body: cause.Body, Err: cause.Err,
	}, failed)
	assert.EqualError(t, err, "client: connect wss://host.test/?…: the server answered 401 Unauthorized")
	assert.ErrorIs(t, connectError("", io.ErrUnexpectedEOF), io.ErrUnexpectedEOF)
}
