package sse

import (
	"errors"
	"net/textproto"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCanonicalHeader(t *testing.T) {
	got, err := canonicalHeader(map[string][]string{"x-a": {"1"}, "AUTHORIZATION": {"tab\tand ümlaut", ""}})
	require.NoError(t, err)
	assert.Equal(t, map[string][]string{"X-A": {"1"}, "Authorization": {"tab\tand ümlaut", ""}}, got)
}

func TestCanonicalHeaderJoinsSpellings(t *testing.T) {
	got, err := canonicalHeader(map[string][]string{"x-a": {"1"}, "X-A": {"1"}})
	require.NoError(t, err)
	assert.Equal(t, map[string][]string{"X-A": {"1", "1"}}, got)
}

func TestCanonicalNamesAreThoseOfNetHTTP(t *testing.T) {
	for _, name := range []string{"content-type", "LAST-EVENT-ID", "x", "X--a", "-a", "a-", "x_y-z", "1a-b2", "etag"} {
		assert.Equal(t, textproto.CanonicalMIMEHeaderKey(name), canonical(name))
	}
}

// RFC 9110, section 5.5: "Field values containing CR, LF, or NUL characters
// are invalid and dangerous".
func TestHeadersThatHTTPCannotCarry(t *testing.T) {
	for name, header := range map[string]map[string][]string{
		"an empty name":           {"": {"1"}},
		"a space in a name":       {"a b": {"1"}},
		"a colon in a name":       {"a:b": {"1"}},
		"a newline in a name":     {"a\nb": {"1"}},
		"a letter beyond ASCII":   {"ä": {"1"}},
		"LF in a value":           {"A": {"1\n2"}},
		"CR in a value":           {"A": {"1\r"}},
		"NUL in a value":          {"A": {"\x00"}},
		"a control in a value":    {"A": {"\x1b"}},
		"DEL in a value":          {"A": {"\x7f"}},
		"the second value is bad": {"A": {"1", "\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Connect(t.Context(), "http://example.invalid/", &Options{Header: header})
			var bad *headerError
			require.True(t, errors.As(err, &bad), "%v", err)
			assert.Contains(t, header, bad.name)
		})
	}
}
