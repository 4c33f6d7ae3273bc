package rfc6455

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// closeCodes is section 7.4 and the IANA registry that section 11.7 creates,
// as ranges in order: whether a Close frame may carry the codes up to last.
var closeCodes = []struct {
	last  uint16
	valid bool
	what  string
}{
	{999, false, "7.4.2 \"Status codes in the range 0-999 are not used.\""},
	{1003, true, "7.4.1 normal closure, going away, protocol error, unsupported data"},
	{1004, false, "7.4.1 \"Reserved.  The specific meaning might be defined in the future.\""},
	{1005, false, "7.4.1 no status received, \"MUST NOT be set as a status code in a Close control frame\""},
	{1006, false, "7.4.1 abnormal closure, \"MUST NOT be set as a status code in a Close control frame\""},
	{1011, true, "7.4.1 invalid payload, policy violation, too big, mandatory extension, internal error"},
	{1014, true, "11.7 registered since: service restart, try again later, bad gateway"},
	{1015, false, "7.4.1 TLS handshake, \"MUST NOT be set as a status code in a Close control frame\""},
	{2999, false, "7.4.2 \"reserved for definition by this protocol, its future revisions, and extensions\""},
	{3999, true, "7.4.2 \"reserved for use by libraries, frameworks, and applications\""},
	{4999, true, "7.4.2 \"reserved for private use\""},
	{65535, false, "11.7 \"an integer number between 1000 and 4999 (inclusive)\""},
}

func TestValidCloseCode(t *testing.T) {
	first := 0
	for _, tt := range closeCodes {
		for code := first; code <= int(tt.last); code++ {
			require.Equal(t, tt.valid, ValidCloseCode(uint16(code)), "%d: %s", code, tt.what)
		}
		first = int(tt.last) + 1
	}
}

// Section 7.1.5: "If this Close control frame contains no status code, _The
// WebSocket Connection Close Code_ is considered to be 1005." Section 7.1.6:
// "If there is no such data in the Close control frame, _The WebSocket
// Connection Close Reason_ is the empty string."
func TestParseClose(t *testing.T) {
	for _, tt := range []struct {
		name, wire string
		code       uint16
		reason     string
	}{
		{"empty", "", CloseNoStatus, ""},
		{"code alone", "03e8", 1000, ""},
		{"code and reason", "03e9 627965", 1001, "bye"},
		{"code of an application", "1387 c3a9", 4999, "\u00e9"},
		{"longest", "03e8" + strings.Repeat("61", MaxCloseReason), 1000, strings.Repeat("a", 123)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, reason, err := ParseClose(unhex(t, tt.wire))
			require.NoError(t, err)
			assert.Equal(t, tt.code, code)
			assert.Equal(t, tt.reason, reason)
		})
	}
}

// Section 5.5.1: "If there is a body, the first two bytes of the body MUST be
// a 2-byte unsigned integer (in network byte order) representing a status code
// with value /code/ defined in Section 7.4. Following the 2-byte integer, the
// body MAY contain UTF-8-encoded data with value /reason/".
func TestParseCloseRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, wire string
		code       uint16
		section    string
	}{
		{"one byte", "03", 1002, "5.5.1"},
		{"code 0", "0000", 1002, "7.4"},
		{"code 999", "03e7", 1002, "7.4"},
		{"code 1004", "03ec", 1002, "7.4"},
		{"code 1005", "03ed", 1002, "7.4"},
		{"code 1006", "03ee", 1002, "7.4"},
		{"code 1015", "03f7", 1002, "7.4"},
		{"code 1016", "03f8", 1002, "7.4"},
		{"code 2999", "0bb7", 1002, "7.4"},
		{"code 5000", "1388", 1002, "7.4"},
		{"code 65535", "ffff", 1002, "7.4"},
		{"reason that is not UTF-8", "03e8 ff", 1007, "5.5.1"},
		{"reason that ends inside a character", "03e8 61e282", 1007, "5.5.1"},
		{"reason with a surrogate", "03e8 eda080", 1007, "5.5.1"},
		{"code and reason both wrong", "03ed ff", 1002, "7.4"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := ParseClose(unhex(t, tt.wire))
			var e *Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, tt.code, e.Code)
			assert.Equal(t, tt.section, e.Section)
		})
	}
}

func TestAppendClose(t *testing.T) {
	for _, tt := range []struct {
		name   string
		code   uint16
		reason string
		wire   string
	}{
		{"no status", CloseNoStatus, "", ""},
		{"code alone", 1000, "", "03e8"},
		{"code and reason", 1011, "oops", "03f3 6f6f7073"},
		{"reason too long", 4000, strings.Repeat("a", 200), "0fa0" + strings.Repeat("61", 123)},
		{"reason cut between characters", 4000, "a" + strings.Repeat("\u20ac", 60), "0fa0 61" + strings.Repeat("e282ac", 40)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := AppendClose([]byte("x"), tt.code, tt.reason)
			require.NoError(t, err)
			assert.Equal(t, append([]byte("x"), unhex(t, tt.wire)...), p)
		})
	}
}

// A Close frame that is sent is one that may be received, for every code.
func TestAppendCloseRefuses(t *testing.T) {
	for code := range 1 << 16 {
		p, err := AppendClose(nil, uint16(code), "")
		if code == CloseNoStatus || ValidCloseCode(uint16(code)) {
			require.NoError(t, err)
			got, _, err := ParseClose(p)
			require.NoError(t, err)
			require.Equal(t, uint16(code), got)
			continue
		}
		var e *CloseCodeError
		require.ErrorAs(t, err, &e)
		require.Equal(t, uint16(code), e.Code)
		require.Contains(t, err.Error(), fmt.Sprint(code))
	}
	for name, reason := range map[string]string{"not UTF-8": "\xff", "a long one that is not UTF-8": strings.Repeat("a", 200) + "\xff"} {
		p, err := AppendClose([]byte("x"), 1000, reason)
		assert.ErrorIs(t, err, ErrInvalidReason, name)
		assert.Equal(t, "x", string(p), name)
	}
	_, err := AppendClose(nil, CloseNoStatus, "why")
	assert.ErrorIs(t, err, ErrInvalidReason, "a reason needs a code")
}

func TestTruncateReason(t *testing.T) {
	for _, tt := range []struct{ name, reason, want string }{
		{"empty", "", ""},
		{"short", "bye", "bye"},
		{"just fits", strings.Repeat("a", 123), strings.Repeat("a", 123)},
		{"one byte over", strings.Repeat("a", 124), strings.Repeat("a", 123)},
		{"two bytes, on the edge", strings.Repeat("a", 121) + "\u00e9x", strings.Repeat("a", 121) + "\u00e9"},
		{"two bytes, across", strings.Repeat("a", 122) + "\u00e9", strings.Repeat("a", 122)},
		{"three bytes, across by one", strings.Repeat("a", 121) + "\u20ac", strings.Repeat("a", 121)},
		{"three bytes, across by two", strings.Repeat("a", 122) + "\u20ac", strings.Repeat("a", 122)},
		{"four bytes, across by one", strings.Repeat("a", 120) + "\U0001f600", strings.Repeat("a", 120)},
		{"four bytes, across by three", strings.Repeat("a", 122) + "\U0001f600", strings.Repeat("a", 122)},
	} {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, TruncateReason(tt.reason)) })
	}
	assert.LessOrEqual(t, len(TruncateReason(strings.Repeat("\x80", 500))), MaxCloseReason, "not UTF-8")
}

// A payload that parses is written back byte for byte; one that does not is
// refused with one of the two codes.
func FuzzParseClose(f *testing.F) {
	for _, wire := range []string{"", "03", "03e8", "03e8 627965", "03ed", "03e8 ff", "03e8 61e282", "1387 c3a9", "ffff"} {
		f.Add(unhex(f, wire))
	}
	f.Fuzz(func(t *testing.T, p []byte) {
		p = p[:min(len(p), MaxControlPayload)]
		code, reason, err := ParseClose(p)
		if err != nil {
			var e *Error
			require.ErrorAs(t, err, &e)
			require.True(t, slices.Contains([]uint16{1002, 1007}, e.Code))
			return
		}
		require.True(t, utf8.ValidString(reason))
		q, err := AppendClose(nil, code, reason)
		require.NoError(t, err)
		require.Equal(t, string(p), string(q))
	})
}

// Whatever the reason, what is sent fits in a control frame and is the longest
// beginning of the reason that does.
func FuzzTruncateReason(f *testing.F) {
	f.Add("bye", uint8(0))
	f.Add("\u20ac\U0001f600\u00e9", uint8(40))
	f.Fuzz(func(t *testing.T, s string, times uint8) {
		reason := strings.Repeat(s, int(times)%50)
		got := TruncateReason(reason)
		require.True(t, strings.HasPrefix(reason, got))
		require.LessOrEqual(t, len(got), MaxCloseReason)
		if utf8.ValidString(reason) {
			require.True(t, utf8.ValidString(got))
			_, next := utf8.DecodeRuneInString(reason[len(got):])
			require.True(t, got == reason || len(got)+next > MaxCloseReason)
		}
	})
}
