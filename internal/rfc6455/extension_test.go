package rfc6455

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Section 9.1: "extension-list = 1#extension", "extension = extension-token *(
// ";" extension-param )", "extension-param = token [ "=" (token |
// quoted-string) ]". The examples are the section's own.
func TestExtensionNames(t *testing.T) {
	for _, tt := range []struct {
		value string
		want  []string
	}{
		{"deflate-stream", []string{"deflate-stream"}},
		{"mux; max-channels=4; flow-control, deflate-stream", []string{"mux", "deflate-stream"}},
		{"private-extension", []string{"private-extension"}},
		{"foo, bar; baz=2", []string{"foo", "bar"}},
		{"permessage-deflate; client_max_window_bits; server_max_window_bits=10", []string{"permessage-deflate"}},
		{`permessage-deflate; server_max_window_bits="10"`, []string{"permessage-deflate"}},
		{`a; b="\c\d"`, []string{"a"}},
		{"a;b", []string{"a"}},
		{"a ; b = c , d", []string{"a", "d"}},
		{"\ta\t;\tb\t=\t\"c\"\t,\td\t", []string{"a", "d"}},
		{", a,, b,", []string{"a", "b"}},
		{"a, a; b", []string{"a", "a"}},
		{"", nil}, // as a client has it that writes an empty list
		{" ", nil},
		{", ,", nil},
	} {
		names, ok := extensionNames(tt.value)
		assert.True(t, ok, "%q", tt.value)
		assert.Equal(t, tt.want, names, "%q", tt.value)
	}
}

// Section 9.1: "If a value is received by either the client or the server
// during negotiation that does not conform to the ABNF below, the recipient of
// such malformed data MUST immediately _Fail the WebSocket Connection_."
func TestExtensionNamesRefuses(t *testing.T) {
	for _, value := range []string{
		";", "=", "a b", "a;", "a;;b", "a;=b", "a;b=", "a;b=,c", "a;b=c d", "a=b", "a/b", "a;b/c",
		`a;b="`, `a;b="c`, `a;b=""`, `a;b="c d"`, `a;b="c,d"`, `a;b="c" d`, `a;b="c"d`, `a;b="\`, `a;b="c\"`, `"a"`, `a;"b"`, "a;b='c d'", "\u00e9",
	} {
		_, ok := extensionNames(value)
		assert.False(t, ok, "%q", value)
	}
}

// Whatever the value, the names are tokens, and the list made of them alone
// has the same names.
func FuzzExtensionNames(f *testing.F) {
	for _, value := range []string{"a, b; c=d", `a; b="c\d"`, "a;;b", ` , a ;b= "c" ,`, `a;b="\`} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		names, ok := extensionNames(value)
		if !ok {
			require.Empty(t, names)
			return
		}
		for _, name := range names {
			require.True(t, isToken(name))
		}
		again, ok := extensionNames(strings.Join(names, ", "))
		require.True(t, ok)
		require.Equal(t, names, again)
	})
}
