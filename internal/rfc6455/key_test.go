package rfc6455

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Section 1.3 and section 4.2.2: "if the value of the |Sec-WebSocket-Key|
// header field in the client's handshake were "dGhlIHNhbXBsZSBub25jZQ=="" the
// answer is "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".
func TestAcceptKey(t *testing.T) {
	assert.Equal(t, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", AcceptKey("dGhlIHNhbXBsZSBub25jZQ=="))
}

func TestNewKey(t *testing.T) {
	assert.Equal(t, "dGhlIHNhbXBsZSBub25jZQ==", NewKey([16]byte([]byte("the sample nonce"))))
	assert.True(t, isKey(NewKey([16]byte{})))
}

// Section 4.2.1: "a base64-encoded (see Section 4 of [RFC4648]) value that,
// when decoded, is 16 bytes in length."
func TestIsKey(t *testing.T) {
	for key, want := range map[string]bool{
		"dGhlIHNhbXBsZSBub25jZQ==": true,
		// The example in section 4.1, whose last bits are not zero.
		"AQIDBAUGBwgJCgsMDQ4PEC==":   true,
		"":                           false,
		"dGhlIHNhbXBsZSBub25jZQ":     false,
		"dGhlIHNhbXBsZSBub25jZQ=":    false,
		"dGhlIHNhbXBsZSBub25jZQ===":  false,
		"dGhlIHNhbXBsZSBub25j":       false, // 15 bytes
		"dGhlIHNhbXBsZSBub25jZWQ=":   false, // 17 bytes
		"dGhlIHNhbXBsZSBub25jZWRh":   false, // 18 bytes
		"dGhlIHNhbXBsZSBub25jZ-==":   false, // another alphabet
		"dGhlIHNhbXBsZSBub25j\nZQ==": false,
		" dGhlIHNhbXBsZSBub25jZQ==":  false,
	} {
		assert.Equal(t, want, isKey(key), "%q", key)
	}
}
