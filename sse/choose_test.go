package sse

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// What a browser's EventSource can do: "a GET without headers or body, with
// types named", and nothing that it hides.
func TestWhatEventSourceCannotDo(t *testing.T) {
	types := []string{"message"}
	for name, tc := range map[string]struct {
		opts Options
		url  string
		fits bool
	}{
		"a GET with types":       {opts: Options{Types: types}, fits: true},
		"GET by name":            {opts: Options{Types: types, Method: "get"}, fits: true},
		"credentials":            {opts: Options{Types: types, WithCredentials: true}, fits: true},
		"a limit":                {opts: Options{Types: types, MaxEventSize: 5}, fits: true},
		"states":                 {opts: Options{Types: types, OnState: func(StateChange) {}}, fits: true},
		"all types":              {},
		"another method":         {opts: Options{Types: types, Method: "POST"}},
		"a body":                 {opts: Options{Types: types, Body: someBody}},
		"a header":               {opts: Options{Types: types, Header: map[string][]string{"A": {"1"}}}},
		"a password in the URL":  {opts: Options{Types: types}, url: "http://u:p@events.test/"},
		"Prepare":                {opts: Options{Types: types, Prepare: func(context.Context, *Attempt) error { return nil }}},
		"one stream only":        {opts: Options{Types: types, OneShot: true}},
		"comments":               {opts: Options{Types: types, OnComment: func(string) {}}},
		"a watchdog on bytes":    {opts: Options{Types: types, IdleTimeout: time.Second}},
		"a watchdog on events":   {opts: Options{Types: types, EventTimeout: time.Second}},
		"negative watchdogs":     {opts: Options{Types: types, IdleTimeout: -1, EventTimeout: -1}, fits: true},
		"an empty list of types": {opts: Options{Types: []string{}}},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.url == "" {
				tc.url = testURLOnly
			}
			url, err := parseURL(tc.url)
			assert.NoError(t, err)
			assert.Equal(t, tc.fits, misfit(&tc.opts, url) == "")
		})
	}
}

func TestEventSourceThatCannotDoWhatIsAskedIsAnError(t *testing.T) {
	_, err := Connect(t.Context(), testURLOnly, &Options{Source: SourceEventSource})
	assert.True(t, errors.Is(err, errors.ErrUnsupported), "%v", err)
	assert.ErrorContains(t, err, "Options without Types")
	assert.ErrorContains(t, err, testURLOnly)
}
