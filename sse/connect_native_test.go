//go:build !js

package sse

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// failed is the *ConnectError that Connect must return.
func failed(t *testing.T, s *server, o Options) *ConnectError {
	t.Helper()
	stream, err := Connect(t.Context(), testURL, s.options(o))
	require.Nil(t, stream)
	var ce *ConnectError
	require.True(t, errors.As(err, &ce), "%v", err)
	assert.ErrorContains(t, err, ce.URL)
	return ce
}

func respond(status int, contentType, body string) func(http.ResponseWriter, *http.Request, int) {
	return func(w http.ResponseWriter, _ *http.Request, _ int) {
		w.Header()["Content-Type"] = []string{contentType}
		w.Header().Set("X-Reject", "yes")
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

// C2: a stream is open when its header has come, not with its first event.
func TestC2ConnectReturnsAtTheHeader(t *testing.T) {
	withServer(t, bodies(""), func(t *testing.T, s *server) {
		changes := make(chan StateChange, 9)
		stream := s.connect(Options{OnState: func(c StateChange) { changes <- c }})
		assert.Equal(t, Open, stream.State())
		open := <-changes
		assert.Equal(t, Open, open.State)
		assert.Equal(t, 1, open.Attempt)
		assert.Equal(t, testURL, open.URL)
		assert.Equal(t, []string{"text/event-stream"}, open.Header["Content-Type"])
		stream.Close()
		assert.Equal(t, StateChange{State: Closed, Err: ErrClosed}, <-changes)
	})
}

func TestC3TheRequest(t *testing.T) {
	withServer(t, bodies(""), func(t *testing.T, s *server) {
		s.connect(Options{})
		got := s.requests()[0]
		assert.Equal(t, "GET", got.method)
		assert.Equal(t, "/stream", got.target)
		assert.Equal(t, "text/event-stream", got.header.Get("Accept"))
		assert.Equal(t, "no-cache", got.header.Get("Cache-Control"))
		assert.Equal(t, "no-cache", got.header.Get("Pragma"))
		assert.NotContains(t, got.header, "Last-Event-Id", "C4: an empty ID is not sent")
	})
}

func TestC3AProgramsOwnAcceptAndCacheControlAreKept(t *testing.T) {
	withServer(t, bodies(""), func(t *testing.T, s *server) {
		s.connect(Options{Header: map[string][]string{"accept": {"application/json, text/event-stream"}, "Cache-Control": {"max-age=0"}}})
		got := s.requests()[0].header
		assert.Equal(t, []string{"application/json, text/event-stream"}, got["Accept"])
		assert.Equal(t, []string{"max-age=0"}, got["Cache-Control"])
		assert.NotContains(t, got, "Pragma")
	})
}

func TestC7AnyStatusButOKFailsConnect(t *testing.T) {
	for _, status := range []int{201, 202, 205, 206, 210, 299, 300, 304, 400, 401, 403, 404, 410, 429, 500, 502, 503, 504, 599} {
		withServer(t, respond(status, "text/event-stream", "data: 1\n\n"), func(t *testing.T, s *server) {
			got := failed(t, s, Options{})
			assert.Equal(t, status, got.StatusCode)
			assert.Equal(t, testURL, got.URL)
			assert.Equal(t, []string{"yes"}, got.Header["X-Reject"])
			if status != 205 && status != 304 { // they have none
				assert.Equal(t, "data: 1\n\n", string(got.Body))
			}
			assert.Len(t, s.requests(), 1)
		})
	}
}

func TestC7204IsAnOrderlyEnd(t *testing.T) {
	withServer(t, respond(204, "text/event-stream", ""), func(t *testing.T, s *server) {
		got := failed(t, s, Options{})
		assert.Equal(t, 204, got.StatusCode)
		assert.True(t, errors.Is(got, io.EOF))
	})
}

func TestC8AWrongContentTypeFailsConnect(t *testing.T) {
	withServer(t, respond(200, "text/html", "<html>"), func(t *testing.T, s *server) {
		got := failed(t, s, Options{})
		assert.Equal(t, 200, got.StatusCode)
		assert.Equal(t, "<html>", string(got.Body))
		assert.ErrorContains(t, got, "text/html")
	})
}

func TestARefusedConnectionFailsConnectAtOnce(t *testing.T) {
	withServer(t, bodies(""), func(t *testing.T, s *server) {
		s.refuse.Store(true)
		start := time.Now()
		got := failed(t, s, Options{Reconnect: Reconnect{RetryStatus: []int{503}}})
		assert.Zero(t, got.StatusCode)
		assert.True(t, errors.Is(got, syscall.ECONNREFUSED), "%v", got)
		assert.Zero(t, time.Since(start))
	})
}

func TestC9ConnectGoesOnAfterNetworkErrorsIfItIsTo(t *testing.T) {
	withServer(t, bodies("data: 1\n\n"), func(t *testing.T, s *server) {
		s.refuse.Store(true)
		changes := make(chan StateChange, 99)
		time.AfterFunc(time.Minute, func() { s.refuse.Store(false) })
		start := time.Now()
		s.connect(Options{Reconnect: Reconnect{RetryConnect: true}, OnState: func(c StateChange) { changes <- c }})
		assert.GreaterOrEqual(t, time.Since(start), time.Minute)
		first := <-changes
		assert.Equal(t, Connecting, first.State)
		assert.True(t, errors.Is(first.Err, syscall.ECONNREFUSED), "%v", first.Err)
		assert.Equal(t, 2, first.Attempt)
		assert.GreaterOrEqual(t, first.Delay, 3*time.Second)
	})
}

func TestConnectThatIsInterruptedTellsOfTheLastAttempt(t *testing.T) {
	withServer(t, bodies(""), func(t *testing.T, s *server) {
		s.refuse.Store(true)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		_, err := Connect(ctx, testURL, s.options(Options{Reconnect: Reconnect{RetryConnect: true}}))
		assert.Equal(t, time.Minute, time.Since(start))
		assert.True(t, errors.Is(err, context.DeadlineExceeded) && errors.Is(err, syscall.ECONNREFUSED), "%v", err)
		assert.ErrorContains(t, err, "deadline exceeded, after an attempt that failed: ")
	})
}

func TestC9MaxAttemptsBoundsConnectToo(t *testing.T) {
	withServer(t, bodies(""), func(t *testing.T, s *server) {
		s.refuse.Store(true)
		start := time.Now()
		got := failed(t, s, Options{Reconnect: Reconnect{RetryConnect: true, MaxAttempts: 2}})
		assert.True(t, errors.Is(got, syscall.ECONNREFUSED), "%v", got)
		assert.GreaterOrEqual(t, time.Since(start), 3*time.Second)
	})
}

func TestACertificateErrorFailsConnect(t *testing.T) {
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { send(w, r, "", false) }))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	defer srv.Close()
	_, err := Connect(t.Context(), srv.URL, nil)
	var ce *ConnectError
	require.True(t, errors.As(err, &ce), "%v", err)
	assert.ErrorContains(t, err, "certificate")
}

func TestConnectWaitsOutStatusesThatAreToBeRetried(t *testing.T) {
	busy := func(w http.ResponseWriter, r *http.Request, n int) {
		if n < 2 {
			w.Header().Set("Retry-After", "60")
			w.WriteHeader(503)
			return
		}
		send(w, r, "data: 1\n\n", true)
	}
	withServer(t, busy, func(t *testing.T, s *server) {
		start := time.Now()
		changes := make(chan StateChange, 9)
		s.connect(Options{Reconnect: Reconnect{RetryStatus: []int{503}}, OnState: func(c StateChange) { changes <- c }})
		assert.GreaterOrEqual(t, time.Since(start), 2*time.Minute)
		assert.Len(t, s.requests(), 3)
		for n := range 2 {
			c := <-changes
			assert.Equal(t, Connecting, c.State)
			assert.Equal(t, n+2, c.Attempt)
			assert.GreaterOrEqual(t, c.Delay, time.Minute)
			status, _ := answerOf(c.Err)
			assert.Equal(t, 503, status)
		}
		assert.Equal(t, 3, (<-changes).Attempt)
	})
}

func TestConnectEndsWithItsContext(t *testing.T) {
	hang := func(_ http.ResponseWriter, r *http.Request, _ int) { <-r.Context().Done() }
	for name, tc := range map[string]struct {
		answer func(http.ResponseWriter, *http.Request, int)
		opts   Options
	}{
		"while it waits for the header": {answer: hang},
		"while it waits to try again":   {answer: respond(503, "", ""), opts: Options{Reconnect: Reconnect{RetryStatus: []int{503}, Delay: time.Hour}}},
		"while Prepare waits": {answer: hang, opts: Options{Prepare: func(ctx context.Context, _ *Attempt) error {
			<-ctx.Done()
			return context.Cause(ctx)
		}}},
		"while the body of an error comes": {answer: func(w http.ResponseWriter, r *http.Request, _ int) {
			w.WriteHeader(500)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}},
	} {
		t.Run(name, func(t *testing.T) {
			withServer(t, tc.answer, func(t *testing.T, s *server) {
				start := time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
				defer cancel()
				_, err := Connect(ctx, testURL, s.options(tc.opts))
				assert.Error(t, err)
				assert.Equal(t, 500*time.Millisecond, time.Since(start))
				var ce *ConnectError
				require.True(t, errors.As(err, &ce))
				assert.True(t, errors.Is(err, context.DeadlineExceeded) || ce.StatusCode == 500, "%v", err)
			})
		})
	}
}

func TestConnectWhoseContextHasEndedFails(t *testing.T) {
	withServer(t, bodies("data: 1\n\n"), func(t *testing.T, s *server) {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(assert.AnError)
		_, err := Connect(ctx, testURL, s.options(Options{}))
		assert.True(t, errors.Is(err, assert.AnError), "%v", err)
	})
}

// "ctx bounds Connect alone."
func TestAStreamOutlivesTheContextOfConnect(t *testing.T) {
	withServer(t, bodies("data: 1\n\n", "data: 2\n\n"), func(t *testing.T, s *server) {
		ctx, cancel := context.WithCancel(t.Context())
		stream, err := Connect(ctx, testURL, s.options(Options{}))
		require.NoError(t, err)
		defer stream.Close()
		cancel()
		synctest.Wait()
		assert.Len(t, receive(t, stream, 2), 2)
	})
}

// C10: close ends everything, in every phase, at once.
func TestC10CloseInEveryPhase(t *testing.T) {
	first := func(later func(http.ResponseWriter, *http.Request)) func(http.ResponseWriter, *http.Request, int) {
		return func(w http.ResponseWriter, r *http.Request, n int) {
			if n == 0 {
				send(w, r, "retry: 3000\ndata: 1\n\n", false)
				return
			}
			later(w, r)
		}
	}
	hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	for name, tc := range map[string]struct {
		answer func(http.ResponseWriter, *http.Request, int)
		opts   Options
	}{
		"while the body is silent":      {answer: bodies("data: 1\n\n")},
		"while it waits to connect":     {answer: first(hang), opts: Options{Reconnect: Reconnect{MinDelay: 24 * time.Hour}}},
		"while it waits for the header": {answer: first(hang)},
		"while the body of an error comes": {answer: first(func(w http.ResponseWriter, r *http.Request) {
			respond(500, "", "x")(w, r, 0)
			w.(http.Flusher).Flush()
			hang(w, r)
		})},
		"while Receive is behind": {answer: bodies(strings.Repeat("data: 1\n\n", maxAhead/eventOverhead*2))},
		"while Prepare waits": {answer: first(hang), opts: Options{Prepare: func(ctx context.Context, a *Attempt) error {
			if a.Err != nil {
				<-ctx.Done()
			}
			return ctx.Err()
		}}},
	} {
		t.Run(name, func(t *testing.T) {
			withServer(t, tc.answer, func(t *testing.T, s *server) {
				stream := s.connect(tc.opts)
				receive(t, stream, 1)
				sleep(3800 * time.Millisecond) // the delay, 3 to 3.75 s, has passed; an error's body has 1 s
				closed := time.Now()
				go stream.Close()
				for range stream.Events(t.Context()) {
					continue
				}
				synctest.Wait() // the bubble ends only if no goroutine is left
				assert.Equal(t, closed, time.Now())
				assert.Equal(t, Closed, stream.State())
			})
		})
	}
}

func TestC10CloseWhileDialling(t *testing.T) {
	withServer(t, bodies("data: 1\n\n", ""), func(t *testing.T, s *server) {
		dial := s.dial
		var dials atomic.Int32
		s.client.Transport.(*http.Transport).DisableKeepAlives = true
		s.client.Transport.(*http.Transport).DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			if dials.Add(1) > 1 {
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return dial(ctx, network, addr)
		}
		stream := s.connect(Options{})
		receive(t, stream, 1)
		sleep(7 * time.Second)
		require.EqualValues(t, 2, dials.Load())
		closed := time.Now()
		stream.Close()
		synctest.Wait()
		assert.Equal(t, closed, time.Now())
	})
}
