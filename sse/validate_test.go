package sse

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func someBody() (io.Reader, error) { return strings.NewReader("body"), nil }

func TestMethod(t *testing.T) {
	for name, tc := range map[string]struct {
		opts Options
		want string
	}{
		"GET by default":           {Options{}, "GET"},
		"POST with a body":         {Options{Body: someBody}, "POST"},
		"what is asked for":        {Options{Method: "PUT", Body: someBody}, "PUT"},
		"in upper case":            {Options{Method: "post"}, "POST"},
		"a method of one's own":    {Options{Method: "SUBSCRIBE"}, "SUBSCRIBE"},
		"POST may have no body":    {Options{Method: "POST"}, "POST"},
		"REPORT may have a body":   {Options{Method: "REPORT", Body: someBody}, "REPORT"},
		"DELETE may have a body":   {Options{Method: "DELETE", Body: someBody}, "DELETE"},
		"OPTIONS may have no body": {Options{Method: "OPTIONS"}, "OPTIONS"},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := tc.opts.resolve()
			require.NoError(t, err)
			assert.Equal(t, tc.want, o.method())
		})
	}
}

func TestOptionsThatNoAttemptCouldSucceedWith(t *testing.T) {
	for name, opts := range map[string]Options{
		"a method that is no token": {Method: "G E T"},
		"a body with GET":           {Method: "GET", Body: someBody},
		"a body with HEAD":          {Method: "head", Body: someBody},
		"CONNECT":                   {Method: "CONNECT"},
		"TRACE":                     {Method: "trace"},
		"TRACK":                     {Method: "TRACK"},
		"an empty type":             {Types: []string{"a", ""}},
		"an unknown source":         {Source: SourceFetch + 1},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Connect(t.Context(), "http://example.invalid/", &opts)
			var bad *optionError
			assert.True(t, errors.As(err, &bad), "%v", err)
		})
	}
}

func TestDefaults(t *testing.T) {
	o, err := (*Options)(nil).resolve()
	require.NoError(t, err)
	assert.EqualValues(t, 16<<20, o.MaxEventSize)
	assert.Equal(t, "lastEventId", o.LastEventIDQuery)
	assert.Nil(t, o.typeSet())

	r := Reconnect{}.withDefaults()
	assert.Equal(t, Reconnect{Delay: 3 * time.Second, MinDelay: 100 * time.Millisecond, MaxDelay: 30 * time.Second}, r)
	r = Reconnect{Delay: -1, MinDelay: -1, MaxDelay: -1}.withDefaults()
	assert.Equal(t, Reconnect{Delay: time.Millisecond, MinDelay: time.Millisecond, MaxDelay: -1}, r)
	r = Reconnect{Delay: -1}.withDefaults()
	assert.Equal(t, r.MinDelay, r.Delay)
}

func TestOptionsMayBeReused(t *testing.T) {
	opts := Options{Types: []string{"a"}, Header: map[string][]string{"x": {"1"}}, Reconnect: Reconnect{RetryStatus: []int{503}}, Trace: &Trace{}}
	o, err := opts.resolve()
	require.NoError(t, err)
	opts.Trace.Event = func(Event) {}
	assert.Nil(t, o.Trace.Event)
	opts.Types[0], opts.Header["x"][0], opts.Reconnect.RetryStatus[0] = "b", "2", 500
	assert.Equal(t, []string{"a"}, o.Types)
	assert.Equal(t, []string{"1"}, o.Header["X"])
	assert.Equal(t, []int{503}, o.Reconnect.RetryStatus)
}
