package testserver

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnEventIsABlockOfFields(t *testing.T) {
	for name, tc := range map[string]struct {
		event Event
		want  string
	}{
		"all fields":      {Event{"7", "tick", "x", time.Second}, "retry: 1000\nevent: tick\nid: 7\ndata: x\n\n"},
		"data alone":      {Event{Data: "x"}, "data: x\n\n"},
		"nothing":         {Event{}, "data: \n\n"},
		"lines":           {Event{Data: "a\nb\rc\r\nd"}, "data: a\ndata: b\ndata: c\ndata: d\n\n"},
		"part of a ms":    {Event{Retry: 1500 * time.Microsecond}, "retry: 1\ndata: \n\n"},
		"NUL in data":     {Event{Data: "\x00"}, "data: \x00\n\n"},
		"NUL in a type":   {Event{Type: "\x00"}, "event: \x00\ndata: \n\n"},
		"a leading space": {Event{Data: " x"}, "data:  x\n\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := appendEvent([]byte("before|"), tc.event)
			require.NoError(t, err)
			assert.Equal(t, "before|"+tc.want, string(got))
		})
	}
}

// A line end in a value would begin a field that nobody meant to send.
func TestWhatAFieldCannotCarryIsRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		event Event
		want  FieldError
	}{
		"LF in the id":     {Event{ID: "1\ndata: x"}, FieldError{"id", "1\ndata: x"}},
		"CR in the id":     {Event{ID: "\r"}, FieldError{"id", "\r"}},
		"NUL in the id":    {Event{ID: "\x00"}, FieldError{"id", "\x00"}},
		"LF in the type":   {Event{Type: "\n"}, FieldError{"event", "\n"}},
		"CR in the type":   {Event{Type: "\r"}, FieldError{"event", "\r"}},
		"a negative retry": {Event{Retry: -time.Second}, FieldError{"retry", "-1s"}},
		"after a good one": {Event{Retry: time.Second, ID: "\n"}, FieldError{"id", "\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := appendEvent([]byte("before"), tc.event)
			var refused *FieldError
			require.ErrorAs(t, err, &refused)
			assert.Equal(t, tc.want, *refused)
			assert.ErrorContains(t, err, tc.want.Field)
			assert.Equal(t, "before", string(got))
		})
	}
}
