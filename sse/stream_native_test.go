//go:build !js

package sse

import (
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReceiveReturnsWhatWasSent(t *testing.T) {
	withServer(t, bodies("data: 1\n\nid: 7\nevent: x\ndata: 2\n\n"), func(t *testing.T, s *server) {
		stream := s.connect(Options{})
		assert.Equal(t, []Event{{"message", "1", ""}, {"x", "2", "7"}}, receive(t, stream, 2))
		assert.Equal(t, "7", stream.LastEventID())
	})
}

// "Receive: cancelling ctx leaves the stream usable and loses nothing."
func TestACancelledReceiveLosesNothing(t *testing.T) {
	next := make(chan string)
	ticker := func(w http.ResponseWriter, r *http.Request, _ int) {
		send(w, r, "", false)
		for text := range next {
			send(w, r, text, false)
		}
	}
	withServer(t, ticker, func(t *testing.T, s *server) {
		next = make(chan string) // of this bubble
		defer close(next)
		stream := s.connect(Options{})
		for n := range 20 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			_, err := stream.Receive(ctx)
			cancel()
			require.True(t, errors.Is(err, context.DeadlineExceeded))
			next <- "data: " + strconv.Itoa(n) + "\n\n"
			assert.Equal(t, strconv.Itoa(n), receive(t, stream, 1)[0].Data)
		}
	})
}

func TestAnEventThatIsThereIsReturnedByACancelledReceive(t *testing.T) {
	withServer(t, bodies("data: 1\n\n"), func(t *testing.T, s *server) {
		stream := s.connect(Options{})
		synctest.Wait()
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(assert.AnError)
		_, err := stream.Receive(ctx)
		require.NoError(t, err)
		_, err = stream.Receive(ctx)
		assert.Equal(t, assert.AnError, err, "the cause")
	})
}

func TestConcurrentReceiversShareTheEvents(t *testing.T) {
	const receivers, events = 5, 500
	withServer(t, bodies(strings.Repeat("data: x\n\n", events), ""), func(t *testing.T, s *server) {
		stream := s.connect(Options{})
		var got atomic.Int32
		done := make(chan error)
		for range receivers {
			go func() {
				for {
					if _, err := stream.Receive(t.Context()); err != nil {
						done <- err
						return
					}
					if got.Add(1) == events {
						stream.Close()
					}
				}
			}()
		}
		for range receivers {
			assert.Equal(t, ErrClosed, <-done, "each of them sees the end")
		}
		assert.EqualValues(t, events, got.Load())
	})
}

func TestEventsEndsSilentlyOnAnOrderlyEnd(t *testing.T) {
	withServer(t, bodies("data: 1\n\n", "data: 2\n\n"), func(t *testing.T, s *server) {
		stream := s.connect(Options{})
		var data []string
		for e, err := range stream.Events(t.Context()) {
			require.NoError(t, err)
			if data = append(data, e.Data); len(data) == 2 {
				s.http.Close() // the held body breaks; nobody answers any more
				stream.Close()
			}
		}
		assert.Equal(t, []string{"1", "2"}, data)
	})
}

func TestEventsYieldsAnyOtherEndLast(t *testing.T) {
	withServer(t, bodies("data: 1\n\n"), func(t *testing.T, s *server) {
		stream := s.connect(Options{})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var last error
		for _, err := range stream.Events(ctx) {
			last = err
			cancel()
		}
		assert.Equal(t, context.Canceled, last)
	})
}

func TestEventsStopsWhenTheLoopDoes(t *testing.T) {
	withServer(t, bodies("data: 1\n\ndata: 2\n\n"), func(t *testing.T, s *server) {
		stream := s.connect(Options{})
		for range stream.Events(t.Context()) {
			break
		}
		assert.Equal(t, "2", receive(t, stream, 1)[0].Data)
	})
}

// D6: "if the readyState attribute is set to a value other than CLOSED …
// dispatch": what was parsed and not received before Close is not delivered.
func TestD6NothingIsDeliveredAfterClose(t *testing.T) {
	withServer(t, bodies("id: 1\ndata: 1\n\nid: 2\ndata: 2\n\nid: 3\ndata: 3\n\n"), func(t *testing.T, s *server) {
		stream := s.connect(Options{})
		synctest.Wait()
		receive(t, stream, 1)
		require.NoError(t, stream.Close())
		for range 3 {
			_, err := stream.Receive(t.Context())
			assert.Equal(t, ErrClosed, err)
		}
		assert.Equal(t, "1", stream.LastEventID(), "what was not received is still to come")
		assert.Equal(t, Closed, stream.State())
		assert.NoError(t, stream.Close(), "again")
	})
}

func TestLastEventIDFollowsWhatWasReceived(t *testing.T) {
	const body = "id: 1\ndata: a\n\nid: 2\n\nid: 3\nevent: unwanted\ndata: b\n\nid: 4\ndata: c\n\nid: 5\n\nid: 6\ndata: unfinished"
	withServer(t, bodies(body), func(t *testing.T, s *server) {
		stream := s.connect(Options{Types: []string{"message"}, LastEventID: "0"})
		synctest.Wait()
		assert.Equal(t, "0", stream.LastEventID())
		assert.Equal(t, "a", receive(t, stream, 1)[0].Data)
		assert.Contains(t, []string{"1", "3"}, stream.LastEventID(), "an ID without an event may be noted late")
		assert.Equal(t, "c", receive(t, stream, 1)[0].Data)
		assert.Equal(t, "5", stream.LastEventID(), "D1: an ID without an event counts, that of an unfinished block does not")
	})
}

func TestTypesAreFiltered(t *testing.T) {
	withServer(t, bodies("event: a\ndata: 1\n\nevent: b\ndata: 2\n\ndata: 3\n\nevent: A\ndata: 4\n\nevent: a\ndata: 5\n\n"),
		func(t *testing.T, s *server) {
			stream := s.connect(Options{Types: []string{"a", "message"}})
			assert.Equal(t, []Event{{"a", "1", ""}, {"message", "3", ""}, {"a", "5", ""}}, receive(t, stream, 3))
		})
}

// A slow program makes the server wait and does not fill its own memory.
func TestAStreamReadsAheadByABoundedAmount(t *testing.T) {
	const events, size = 1000, 10_000
	var sent atomic.Int32
	flood := func(w http.ResponseWriter, r *http.Request, _ int) {
		for n := range events {
			send(w, r, "data: "+strconv.Itoa(n)+strings.Repeat(" ", size)+"\n\n", false)
			sent.Add(1)
		}
		<-r.Context().Done()
	}
	withServer(t, flood, func(t *testing.T, s *server) {
		stream := s.connect(Options{IdleTimeout: time.Second, EventTimeout: time.Second})
		sleep(time.Minute) // of fake time: the watchdogs do not count it
		assert.Less(t, sent.Load(), int32(100))
		for n := range events {
			got := strings.TrimSpace(receive(t, stream, 1)[0].Data)
			require.Equal(t, strconv.Itoa(n), got)
		}
		assert.Len(t, s.requests(), 1)
	})
}

func TestOneGoroutineAStream(t *testing.T) {
	withServer(t, bodies("data: 1\n\n"), func(t *testing.T, s *server) {
		stream := s.connect(Options{IdleTimeout: time.Minute, EventTimeout: time.Minute, OnState: func(StateChange) {}})
		receive(t, stream, 1)
		synctest.Wait()
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		assert.Equal(t, 1, strings.Count(string(stacks), "created by github.com/amphiwire/amphiwire/sse.Connect"))
		assert.NotContains(t, string(stacks), "created by github.com/amphiwire/amphiwire/sse.(")
	})
}

func TestAnEventThatIsTooBigEndsTheStream(t *testing.T) {
	endless := func(w http.ResponseWriter, r *http.Request, _ int) {
		send(w, r, "data: 1\n\ndata: ", false)
		for r.Context().Err() == nil {
			send(w, r, "xxxxxxxxxxxxxxxx", false)
		}
	}
	withServer(t, endless, func(t *testing.T, s *server) {
		stream := s.connect(Options{MaxEventSize: 1000})
		receive(t, stream, 1)
		for range 2 {
			_, err := stream.Receive(t.Context())
			var tooBig *EventTooBigError
			require.True(t, errors.As(err, &tooBig), "%v", err)
			assert.EqualValues(t, 1000, tooBig.Limit)
		}
		assert.Equal(t, Closed, stream.State())
	})
}

func TestMaxEventSizeCanBeNone(t *testing.T) {
	withServer(t, bodies("data: "+strings.Repeat("x", 20<<20)+"\n\n"), func(t *testing.T, s *server) {
		stream := s.connect(Options{MaxEventSize: -1})
		assert.Len(t, receive(t, stream, 1)[0].Data, 20<<20)
	})
}

func TestComments(t *testing.T) {
	withServer(t, bodies(": a\ndata: 1\n:b\n\n:\n", ": c\n"), func(t *testing.T, s *server) {
		comments := make(chan string, 4)
		s.connect(Options{OnComment: func(text string) { comments <- text }})
		var got []string
		for range cap(comments) {
			got = append(got, <-comments)
		}
		assert.Equal(t, []string{" a", "b", "", " c"}, got)
	})
}

func TestNoCommentFollowsClose(t *testing.T) {
	withServer(t, bodies(":1\n:2\n:3\n"), func(t *testing.T, s *server) {
		var stream *Stream
		var got []string
		ready := make(chan struct{})
		stream = s.connect(Options{OnComment: func(text string) {
			<-ready
			got = append(got, text)
			stream.Close()
		}})
		close(ready)
		synctest.Wait()
		assert.Equal(t, []string{"1"}, got)
	})
}

func TestReceiveAfterAnOrderlyEndIsEOFForEver(t *testing.T) {
	texts := func(w http.ResponseWriter, r *http.Request, n int) {
		if n > 0 {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		send(w, r, "data: 1\n\n", false)
	}
	withServer(t, texts, func(t *testing.T, s *server) {
		stream := s.connect(Options{})
		receive(t, stream, 1)
		for range 3 {
			_, err := stream.Receive(t.Context())
			assert.Equal(t, io.EOF, err)
		}
		stream.Close()
		_, err := stream.Receive(t.Context())
		assert.Equal(t, ErrClosed, err)
	})
}
