package rfc7692

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// RFC 6455, section 9.1: "extension-list = 1#extension", "extension =
// extension-token *( ";" extension-param )", "extension-param = token [ "="
// (token | quoted-string) ]".
func TestGrammarOfExtensions(t *testing.T) {
	for header, want := range map[string][]extension{
		"":         nil,
		" \t ":     nil,
		",, ,":     nil,
		"foo":      {{name: "foo"}},
		" foo ":    {{name: "foo"}},
		"foo,bar":  {{name: "foo"}, {name: "bar"}},
		",foo,,":   {{name: "foo"}},
		"foo, foo": {{name: "foo"}, {name: "foo"}},
		"foo;a":    {{"foo", []param{{name: "a"}}}},
		"foo;a;b=1, bar; a=\"2\"": {
			{"foo", []param{{name: "a"}, {"b", "1", true}}},
			{"bar", []param{{"a", "2", true}}},
		},
		"foo ; a = 1 ,\tbar": {{"foo", []param{{"a", "1", true}}}, {name: "bar"}},
		`foo; a="x\y\-"`:     {{"foo", []param{{"a", "xy-", true}}}},
		"!#$%&'*+-.^_`|~09":  {{name: "!#$%&'*+-.^_`|~09"}},
		// The example of section 9.1.
		"mux; max-channels=4; flow-control, deflate-stream": {
			{"mux", []param{{"max-channels", "4", true}, {name: "flow-control"}}},
			{name: "deflate-stream"},
		},
	} {
		t.Run(header, func(t *testing.T) {
			got, err := parseExtensions(header)
			require.NoError(t, err)
			assert.Equal(t, want, got)
		})
	}
}

// RFC 6455, section 9.1: "If a value is received by either the client or the
// server during negotiation that does not conform to the ABNF below, the
// recipient of such malformed data MUST immediately _Fail the WebSocket
// Connection_."
func TestMalformedExtensions(t *testing.T) {
	for name, test := range map[string]struct{ header, at string }{
		"no name":                       {";a", "byte 0"},
		"no name after a comma":         {"foo, ;a", "byte 5"},
		"no parameter":                  {"foo;", "byte 4"},
		"no parameter before a comma":   {"foo; , bar", "byte 5"},
		"no parameter's name":           {"foo; =1", "byte 5"},
		"no value":                      {"foo; a=", "byte 7"},
		"no value before a semicolon":   {"foo; a=; b", "byte 7"},
		"an empty quoted value":         {`foo; a=""`, "byte 9"},
		"a quoted value without an end": {`foo; a="b`, "byte 7"},
		"a quoted value ending in \\":   {`foo; a="b\`, "byte 7"},
		"a quoted value with a space":   {`foo; a="b c"`, "byte 7"},
		"an escaped space":              {`foo; a="b\ c"`, "byte 7"},
		"an escaped quote":              {`foo; a="\""`, "byte 7"},
		"something after a quote":       {`foo; a="b"c`, "byte 10"},
		"two names":                     {"foo bar", "byte 4"},
		"two parameters' names":         {"foo; a b", "byte 7"},
		"two values":                    {"foo; a=1 2", "byte 9"},
		"a separator":                   {"foo/1", "byte 3"},
		"a control character":           {"foo\x00", "byte 3"},
		"a DEL":                         {"foo\x7f", "byte 3"},
		"something beyond ASCII":        {"f\u00fc", "byte 1"},
		"the second of two":             {"foo, b{r", "byte 6"},
	} {
		t.Run(name, func(t *testing.T) {
			var e *NegotiationError
			_, err := parseExtensions(test.header)
			require.ErrorAs(t, err, &e)
			assert.Equal(t, test.header, e.Header)
			assert.Equal(t, "RFC 6455, section 9.1", e.Section)
			assert.Equal(t, "malformed at "+test.at, e.Msg)
		})
	}
}

func TestALongHeaderIsCutInTheError(t *testing.T) {
	_, err := parseExtensions(strings.Repeat("x", 1<<20) + ";")
	require.Error(t, err)
	assert.Less(t, len(err.Error()), 400)
	assert.Contains(t, err.Error(), "malformed at byte 1048577 (RFC 6455, section 9.1)")
}
