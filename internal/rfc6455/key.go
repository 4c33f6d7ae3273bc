package rfc6455

import (
	"crypto/sha1"
	"encoding/base64"
)

// keyLength is the length of 16 bytes in base64.
const keyLength = 24

// NewKey returns the value of Sec-WebSocket-Key for 16 random bytes.
//
// RFC 6455, section 4.1: "The value of this header field MUST be a nonce
// consisting of a randomly selected 16-byte value that has been
// base64-encoded".
func NewKey(random [16]byte) string { return base64.StdEncoding.EncodeToString(random[:]) }

// AcceptKey returns the value of Sec-WebSocket-Accept that answers key (RFC
// 6455, section 4.2.2, step 5.4).
func AcceptKey(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// isKey reports whether key is 16 bytes in base64.
func isKey(key string) bool {
	p, err := base64.StdEncoding.DecodeString(key)
	return err == nil && len(p) == 16 && len(key) == keyLength
}
