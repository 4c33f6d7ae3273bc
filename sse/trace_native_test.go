//go:build !js

package sse

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTrace(t *testing.T) {
	answer := func(w http.ResponseWriter, r *http.Request, n int) {
		if n > 0 {
			respond(404, "text/html", "gone")(w, r, n)
			return
		}
		send(w, r, "retry: 1000\nid: 7\ndata: a\n\nevent: other\ndata: b\n\n", false)
	}
	withServer(t, answer, func(t *testing.T, s *server) {
		var requests []TraceRequest
		var responses []TraceResponse
		var events []Event
		var delays []time.Duration
		stream := s.connect(Options{Types: []string{"message"}, Trace: &Trace{
			Request:  func(r TraceRequest) { requests = append(requests, r) },
			Response: func(r TraceResponse) { responses = append(responses, r) },
			Event:    func(e Event) { events = append(events, e) },
			Retry: func(err error, delay time.Duration) {
				assert.Equal(t, io.EOF, err)
				delays = append(delays, delay)
			},
		}})
		receive(t, stream, 1)
		_, err := stream.Receive(t.Context())
		require.Error(t, err)

		require.Len(t, requests, 2)
		assert.Equal(t, TraceRequest{Method: "GET", URL: testURL, Header: requests[0].Header, Attempt: 1}, requests[0])
		assert.NotContains(t, requests[0].Header, "Last-Event-Id")
		assert.Equal(t, []string{"7"}, requests[1].Header["Last-Event-Id"])
		require.Len(t, responses, 2)
		assert.Equal(t, 200, responses[0].StatusCode)
		assert.Equal(t, testURL, responses[0].URL)
		assert.NoError(t, responses[0].Err)
		assert.Equal(t, 404, responses[1].StatusCode)
		assert.ErrorContains(t, responses[1].Err, "status 404")
		assert.Equal(t, []Event{{"message", "a", "7"}}, events)
		require.Len(t, delays, 1)
		assert.GreaterOrEqual(t, delays[0], time.Second)
	})
}

func TestTraceOfNoAnswer(t *testing.T) {
	withServer(t, bodies(), func(t *testing.T, s *server) {
		s.refuse.Store(true)
		var response TraceResponse
		_, err := Connect(t.Context(), testURL, s.options(Options{Trace: &Trace{Response: func(r TraceResponse) { response = r }}}))
		require.Error(t, err)
		assert.Zero(t, response.StatusCode)
		assert.ErrorContains(t, response.Err, "refused")
	})
}

// A program may recover what its own function panics with.
func TestAPanicDuringConnectLeavesNothingOpen(t *testing.T) {
	bad := func() { panic("a bad function") }
	for name, o := range map[string]Options{
		"Prepare":        {Prepare: func(context.Context, *Attempt) error { bad(); return nil }},
		"Body":           {Body: func() (io.Reader, error) { bad(); return nil, nil }},
		"Trace.Request":  {Trace: &Trace{Request: func(TraceRequest) { bad() }}},
		"Trace.Response": {Trace: &Trace{Response: func(TraceResponse) { bad() }}},
	} {
		t.Run(name, func(t *testing.T) {
			left := make(chan struct{}, 1)
			answer := func(w http.ResponseWriter, r *http.Request, _ int) {
				send(w, r, "data: 1\n\n", true)
				left <- struct{}{}
			}
			withServer(t, answer, func(t *testing.T, s *server) {
				left = make(chan struct{}, 1) // of this bubble
				o.IdleTimeout = time.Hour
				assert.Panics(t, func() { Connect(t.Context(), testURL, s.options(o)) })
				synctest.Wait()
				assert.Len(t, left, len(s.requests()), "the server has lost each client")
			})
		})
	}
}

func TestTraceTellsOfAnErrorAsConnectDoes(t *testing.T) {
	withServer(t, respond(404, "text/html", "gone"), func(t *testing.T, s *server) {
		var told error
		got := failed(t, s, Options{Trace: &Trace{Response: func(r TraceResponse) { told = errors.New(r.Err.Error()) }}})
		assert.EqualError(t, told, got.Error())
	})
}
