//go:build !js

package sse

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ticks sends an event, then text every 10 s, so often, and then nothing.
func ticks(text string, times int) func(http.ResponseWriter, *http.Request, int) {
	return func(w http.ResponseWriter, r *http.Request, n int) {
		send(w, r, "data: "+strconv.Itoa(n)+"\n\n", false)
		for range times {
			pause(r, 10*time.Second)
			send(w, r, text, false)
		}
		<-r.Context().Done()
	}
}

func TestIdleTimeoutCountsBytesAndEventTimeoutEvents(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		opts Options
		ends time.Duration // 0: never
		what string
	}{
		"comments feed the one":              {": x\n", Options{IdleTimeout: 15 * time.Second}, 115 * time.Second, "no byte"},
		"a part of a line does":              {"x", Options{IdleTimeout: 15 * time.Second}, 115 * time.Second, "no byte"},
		"comments do not feed the other":     {": x\n\n", Options{EventTimeout: 15 * time.Second}, 15 * time.Second, "no event"},
		"events feed it":                     {"data: x\n\n", Options{EventTimeout: 15 * time.Second}, 115 * time.Second, "no event"},
		"events of other types feed it":      {"event: y\ndata: x\n\n", Options{EventTimeout: 15 * time.Second, Types: []string{"message"}}, 115 * time.Second, "no event"},
		"the shorter one ends it":            {": x\n", Options{EventTimeout: 50 * time.Second, IdleTimeout: 15 * time.Second}, 50 * time.Second, "no event"},
		"neither is there unless asked":      {": x\n", Options{}, 0, ""},
		"neither is there if it is negative": {": x\n", Options{IdleTimeout: -1, EventTimeout: -1}, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			withServer(t, ticks(tc.text, 10), func(t *testing.T, s *server) {
				told := changes(&tc.opts)
				stream := s.connect(tc.opts)
				<-told
				start := time.Now()
				if tc.ends == 0 {
					sleep(24 * time.Hour)
					assert.Empty(t, told)
					assert.Equal(t, Open, stream.State())
					return
				}
				lost := <-told
				assert.Equal(t, tc.ends, time.Since(start))
				assert.ErrorContains(t, lost.Err, tc.what)
				assert.True(t, errors.Is(lost.Err, context.DeadlineExceeded))
				var timeout interface{ Timeout() bool }
				require.True(t, errors.As(lost.Err, &timeout))
				assert.True(t, timeout.Timeout())
				assert.Equal(t, Open, (<-told).State, "it connects again")
			})
		})
	}
}

func TestIdleTimeoutBoundsTheWaitForTheHeader(t *testing.T) {
	hang := func(_ http.ResponseWriter, r *http.Request, _ int) { <-r.Context().Done() }
	withServer(t, hang, func(t *testing.T, s *server) {
		start := time.Now()
		got := failed(t, s, Options{IdleTimeout: 20 * time.Second})
		assert.Equal(t, 20*time.Second, time.Since(start))
		assert.True(t, errors.Is(got, context.DeadlineExceeded))
	})
}
