package eventstream

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAppendEvent(t *testing.T) {
	for name, tc := range map[string]struct {
		event Event
		want  string
	}{
		"data alone":                   {msg("1"), "data: 1\n\n"},
		"a type":                       {Event{Type: "x", Data: "1"}, "event: x\ndata: 1\n\n"},
		"no type":                      {Event{Data: "1"}, "data: 1\n\n"},
		"an id":                        {Event{Data: "1", LastEventID: "7"}, "id: 7\ndata: 1\n\n"},
		"empty data is still an event": {Event{}, "data: \n\n"},
		"data split on LF":             {msg("1\n2"), "data: 1\ndata: 2\n\n"},
		"data split on CR":             {msg("1\r2"), "data: 1\ndata: 2\n\n"},
		"data split on CRLF":           {msg("1\r\n2"), "data: 1\ndata: 2\n\n"},
		"data split on LF CR":          {msg("1\n\r2"), "data: 1\ndata: \ndata: 2\n\n"},
		"a newline at the end":         {msg("1\n"), "data: 1\ndata: \n\n"},
		"spaces of the value's own":    {Event{Type: " x", Data: " 1", LastEventID: " 7"}, "event:  x\nid:  7\ndata:  1\n\n"},
		"a colon at the start":         {msg(":1"), "data: :1\n\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := AppendEvent([]byte("before "), tc.event)
			require.NoError(t, err)
			assert.Equal(t, "before "+tc.want, string(got))
		})
	}
}

func TestWhatTheFormatCannotCarryIsRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		event Event
		want  FieldError
	}{
		"LF in a type":   {Event{Type: "a\nb"}, FieldError{"event", "a\nb"}},
		"CR in a type":   {Event{Type: "a\rb"}, FieldError{"event", "a\rb"}},
		"LF in an id":    {Event{LastEventID: "1\ndata: injected"}, FieldError{"id", "1\ndata: injected"}},
		"CR in an id":    {Event{LastEventID: "1\r"}, FieldError{"id", "1\r"}},
		"NUL in an id":   {Event{LastEventID: "1\x00"}, FieldError{"id", "1\x00"}},
		"an id, after a": {Event{Type: "a", LastEventID: "\n"}, FieldError{"id", "\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := AppendEvent([]byte("before"), tc.event)
			var field *FieldError
			require.True(t, errors.As(err, &field))
			assert.Equal(t, tc.want, *field)
			assert.ErrorContains(t, err, tc.want.Field)
			assert.Equal(t, "before", string(got), "nothing is appended")
		})
	}
}

func TestAppendSingleFields(t *testing.T) {
	reset, err := AppendID(nil, "")
	require.NoError(t, err)
	assert.Equal(t, "id: \n", string(reset))
	assert.Equal(t, "retry: 3000\n", string(AppendRetry(nil, 3000)))
	assert.Equal(t, "retry: 0\n", string(AppendRetry(nil, -1)))
	assert.Equal(t, ": a\n: b\n", string(AppendComment(nil, "a\nb")))
	assert.Equal(t, ": \n", string(AppendComment(nil, "")))
}

// FuzzEncodedEventsAreParsedAgain: what is sent arrives, whatever it is, but
// for what the format cannot tell apart.
func FuzzEncodedEventsAreParsedAgain(f *testing.F) {
	f.Add("tick", "a\r\nb\rc\nd", "7", "ping")
	f.Add("", "", "", "")
	f.Add(" x", "\n\n", " ", "\r")
	f.Fuzz(func(t *testing.T, typ, data, id, comment string) {
		sent := Event{Type: typ, Data: data, LastEventID: id}
		wire, err := AppendEvent(AppendComment(nil, comment), sent)
		if err != nil {
			assert.True(t, strings.ContainsAny(typ+id, "\r\n\x00"))
			return
		}
		if !utf8.ValidString(typ + "," + data + "," + id) {
			return // replaced on arrival, as B3 demands
		}
		if typ == "" {
			sent.Type = "message"
		}
		sent.Data = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(data)
		assert.Equal(t, []Event{sent}, run(&Parser{}, wire).Events)
	})
}
