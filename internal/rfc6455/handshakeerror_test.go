package rfc6455

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHandshakeErrorKeepsLittleOfWhatItSaw(t *testing.T) {
	e := mismatch("Upgrade", strings.Repeat("a", 1<<20), "websocket")
	assert.Less(t, len(e.Error()), 300)
}

// RFC 6455, section 4.2.2, wants the version in the answer to another one; RFC
// 9110 wants Allow with 405 (section 15.5.6) and Upgrade with 426 (15.5.22).
func TestHandshakeErrorHeader(t *testing.T) {
	for status, want := range map[int]map[string][]string{
		0: nil, 400: nil,
		405: {"Allow": {"GET"}},
		426: {"Upgrade": {"websocket"}, "Connection": {"Upgrade"}, "Sec-Websocket-Version": {"13"}},
	} {
		assert.Equal(t, want, refusal(status, "method", "", "").Header(), status)
	}
}
