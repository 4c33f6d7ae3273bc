package rfc6455

import (
	"net/textproto"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// RFC 9110, section 5.6.2: "token = 1*tchar". The delimiters, in section 5.6.2
// too, are the visible characters that are left.
func TestIsToken(t *testing.T) {
	assert.False(t, isToken(""))
	for b := range 256 {
		c := byte(b)
		visible := c > ' ' && c < 0x7f
		want := visible && !strings.ContainsRune("\"(),/:;<=>?@[\\]{}", rune(c))
		assert.Equal(t, want, isToken([]byte{c}), "%q", c)
		assert.Equal(t, want, isToken("a"+string([]byte{c})), "%q", c)
	}
}

// RFC 9110, section 5.5: "field-vchar = VCHAR / obs-text", with spaces and
// tabs between.
func TestIsValue(t *testing.T) {
	for b := range 256 {
		c := byte(b)
		assert.Equal(t, c == '\t' || c >= ' ' && c != 0x7f, isValue([]byte{c}), "%q", c)
	}
	assert.True(t, isValue(""))
}

// The canonical form is that of net/http's maps, or lookups would miss.
func TestCanonical(t *testing.T) {
	for _, name := range []string{"host", "HOST", "sec-websocket-accept", "Sec-WebSocket-Key", "x", "a--b", "-a", "a-", "x_y-z", "1a-2b"} {
		assert.Equal(t, textproto.CanonicalMIMEHeaderKey(name), canonical(name))
	}
}

func TestEqualFold(t *testing.T) {
	assert.True(t, equalFold("WebSocket", "websocket"))
	assert.False(t, equalFold("websocket", "websockets"))
	assert.False(t, equalFold("websoc\u212aet", "websocket"), "only ASCII has case")
	assert.False(t, equalFold("[", "{"), "only letters have case")
}

// RFC 9110, section 5.6.1: "A recipient MUST parse and ignore a reasonable
// number of empty list elements".
func TestElements(t *testing.T) {
	for _, tt := range []struct{ values, want []string }{
		{nil, nil},
		{[]string{""}, nil},
		{[]string{" , ,, "}, nil},
		{[]string{"a"}, []string{"a"}},
		{[]string{"a,b"}, []string{"a", "b"}},
		{[]string{" a\t, b c ,"}, []string{"a", "b c"}},
		{[]string{"a, b", "c"}, []string{"a", "b", "c"}},
	} {
		assert.Equal(t, tt.want, elements(tt.values), "%q", tt.values)
	}
}

func TestIsTokenList(t *testing.T) {
	assert.True(t, isTokenList([]string{"chat", "Chat", "superchat"}))
	assert.True(t, isTokenList(nil))
	assert.False(t, isTokenList([]string{"chat", "chat"}), "\"MUST all be unique strings\"")
	assert.False(t, isTokenList([]string{""}), "\"MUST be non-empty strings\"")
	assert.False(t, isTokenList([]string{"a b"}), "\"not including separator characters\"")
	assert.False(t, isTokenList([]string{"a,b"}))
	assert.False(t, isTokenList([]string{"caf\u00e9"}), "\"in the range U+0021 to U+007E\"")
}
