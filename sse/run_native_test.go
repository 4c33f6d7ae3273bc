//go:build !js

package sse

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/amphiwire/amphiwire/internal/memnet"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// nextChange lets fake time go on until the stream has connected again.
func nextChange(t *testing.T, s *Stream) {
	t.Helper()
	for range 100 {
		synctest.Wait()
		if s.State() != Open {
			sleep(7 * time.Second)
			return
		}
		sleep(time.Second)
	}
	require.Fail(t, "the connection lasts")
}

// changes collects what OnState is told.
func changes(o *Options) <-chan StateChange {
	c := make(chan StateChange, 10_000)
	o.OnState = func(change StateChange) { c <- change }
	return c
}

func TestC9LossesAreFollowedByAnotherConnection(t *testing.T) {
	for name, tc := range map[string]struct {
		lose  func(http.ResponseWriter, *http.Request)
		cause error
	}{
		"the end of the body":      {func(http.ResponseWriter, *http.Request) {}, io.EOF},
		"a body that is cut":       {func(http.ResponseWriter, *http.Request) { drop() }, io.ErrUnexpectedEOF},
		"a connection that is cut": {func(w http.ResponseWriter, _ *http.Request) { hijack(w).(*memnet.Conn).Reset() }, nil},
		"a body that is malformed": {func(w http.ResponseWriter, _ *http.Request) {
			conn := hijack(w)
			io.WriteString(conn, "zzz\r\n")
			conn.Close()
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			answer := func(w http.ResponseWriter, r *http.Request, n int) {
				send(w, r, "id: 1\ndata: "+strconv.Itoa(n)+"\n\nid: 2\ndata: unfinished\n", n > 0)
				tc.lose(w, r)
			}
			withServer(t, answer, func(t *testing.T, s *server) {
				var o Options
				told := changes(&o)
				stream := s.connect(o)
				assert.Equal(t, []Event{{"message", "0", "1"}, {"message", "1", "1"}}, receive(t, stream, 2))
				assert.Equal(t, Open, (<-told).State)
				lost := <-told
				assert.Equal(t, Connecting, lost.State)
				assert.Equal(t, 1, lost.Attempt)
				assert.Error(t, lost.Err)
				if tc.cause != nil {
					assert.Equal(t, tc.cause, lost.Err)
				}
				requests := s.requests()
				assert.Equal(t, lost.Delay, requests[1].at.Sub(requests[0].at))
				assert.Equal(t, "1", requests[1].header.Get("Last-Event-Id"))
				again := <-told
				assert.Equal(t, Open, again.State)
				assert.Equal(t, 1, again.Attempt)
			})
		})
	}
}

// hijack takes the connection from under an answer.
func hijack(w http.ResponseWriter) net.Conn {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	return conn
}

func TestC9NetworkErrorsAreRetriedForEver(t *testing.T) {
	answer := func(w http.ResponseWriter, r *http.Request, n int) {
		send(w, r, "data: "+strconv.Itoa(n)+"\n\n", n > 0)
		if n == 0 {
			drop()
		}
	}
	withServer(t, answer, func(t *testing.T, s *server) {
		var o Options
		told := changes(&o)
		stream := s.connect(o)
		s.refuse.Store(true)
		receive(t, stream, 1)
		sleep(24 * time.Hour)
		assert.Equal(t, Connecting, stream.State())
		s.refuse.Store(false)
		assert.Equal(t, "1", receive(t, stream, 1)[0].Data)
		attempts := 0
		for len(told) > 0 {
			if c := <-told; c.State == Connecting {
				attempts++
				assert.Equal(t, attempts, c.Attempt)
				assert.LessOrEqual(t, c.Delay, 30*time.Second)
			}
		}
		assert.Greater(t, attempts, 24*60*60/30)
	})
}

func TestC7AnyOtherAnswerLaterEndsTheStream(t *testing.T) {
	for name, tc := range map[string]struct {
		status int
		typ    string
		want   error
	}{
		"204":                  {204, "", io.EOF},
		"404":                  {404, "", nil},
		"500":                  {500, "text/event-stream", nil},
		"206":                  {206, "text/event-stream", nil},
		"a wrong content type": {200, "text/plain", nil},
	} {
		t.Run(name, func(t *testing.T) {
			answer := func(w http.ResponseWriter, r *http.Request, n int) {
				if n == 0 {
					send(w, r, "data: 1\n\n", false)
					return
				}
				respond(tc.status, tc.typ, "x")(w, r, n)
			}
			withServer(t, answer, func(t *testing.T, s *server) {
				stream := s.connect(Options{})
				receive(t, stream, 1)
				_, err := stream.Receive(t.Context())
				if tc.want != nil {
					assert.Equal(t, tc.want, err)
				} else {
					var ce *ConnectError
					require.True(t, errors.As(err, &ce), "%v", err)
					assert.Equal(t, tc.status, ce.StatusCode)
					assert.Equal(t, testURL, ce.URL)
				}
				sleep(time.Hour)
				assert.Len(t, s.requests(), 2, "never again")
				assert.Equal(t, Closed, stream.State())
			})
		})
	}
}

func TestRetryStatusAndRetryAfter(t *testing.T) {
	answer := func(w http.ResponseWriter, r *http.Request, n int) {
		switch n {
		case 1, 2:
			w.Header().Set("Retry-After", "100")
			respond(503, "", "")(w, r, n)
		default:
			send(w, r, "data: "+strconv.Itoa(n)+"\n\n", n > 0)
		}
	}
	withServer(t, answer, func(t *testing.T, s *server) {
		stream := s.connect(Options{Reconnect: Reconnect{RetryStatus: []int{429, 503}}})
		assert.Equal(t, "3", receive(t, stream, 2)[1].Data)
		got := s.requests()
		for n := 2; n < 4; n++ {
			wait := got[n].at.Sub(got[n-1].at)
			assert.GreaterOrEqual(t, wait, 100*time.Second)
			assert.LessOrEqual(t, wait, 130*time.Second)
		}
	})
}

// C11: the reconnection time is the server's and lasts until the next retry.
func TestC11RetryIsHonouredAndLasts(t *testing.T) {
	texts := bodies("retry: 3000\n\ndata: 1\n\n", "data: 2\n\n", "data: 3\n\nretry: 1000", "data: 4\nretry: 60000\n", "data: 5\n\n")
	withServer(t, texts, func(t *testing.T, s *server) {
		receive(t, s.connect(Options{}), 4)
		got := s.requests()
		require.Len(t, got, 5)
		for n, want := range []time.Duration{3, 3, 3, 60} {
			want *= time.Second
			wait := got[n+1].at.Sub(got[n].at)
			assert.GreaterOrEqual(t, wait, want)
			assert.LessOrEqual(t, wait, want*9/8)
		}
	})
}

func TestC11RetryOfZeroIsFloored(t *testing.T) {
	withServer(t, bodies("retry: 0\ndata: 1\n\n", "data: 2\n\n", "data: 3\n\n"), func(t *testing.T, s *server) {
		receive(t, s.connect(Options{}), 3)
		got := s.requests()
		assert.GreaterOrEqual(t, got[1].at.Sub(got[0].at), 100*time.Millisecond)
	})
}

// A server that accepts and drops every connection is not to be hammered.
func TestConnectionsThatBringNothingAreFollowedByLongerDelays(t *testing.T) {
	withServer(t, func(w http.ResponseWriter, r *http.Request, _ int) { send(w, r, ": hello\n\n", false) },
		func(t *testing.T, s *server) {
			s.connect(Options{})
			sleep(time.Hour)
			assert.Less(t, len(s.requests()), 1200*2, "about 15 s a time, not 3")
			assert.Greater(t, len(s.requests()), 100)
			got := s.requests()
			assert.Greater(t, got[len(got)-1].at.Sub(got[len(got)-30].at), 29*8*time.Second)
		})
}

// Gateways end an answer after half a minute or so, whether it is an event
// stream or not. A quiet hour behind one is no row of failures.
func TestQuietConnectionsThatAGatewayEndsAreGood(t *testing.T) {
	withServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		send(w, r, ": hello\n\n", false)
		pause(r, 29*time.Second)
	}, func(t *testing.T, s *server) {
		o := Options{Reconnect: Reconnect{MaxAttempts: 3}}
		told := changes(&o)
		stream := s.connect(o)
		sleep(time.Hour)
		assert.NotEqual(t, Closed, stream.State())
		for len(told) > 0 {
			assert.LessOrEqual(t, (<-told).Delay, 6*time.Second)
		}
	})
}

func TestFiveSecondsWithoutEventsProveAConnectionGood(t *testing.T) {
	answer := func(w http.ResponseWriter, r *http.Request, n int) {
		send(w, r, "", false)
		if n%8 == 7 {
			pause(r, 5*time.Second)
		}
	}
	withServer(t, answer, func(t *testing.T, s *server) {
		var o Options
		told := changes(&o)
		s.connect(o)
		sleep(20 * time.Minute)
		most := 0
		for len(told) > 0 {
			most = max(most, (<-told).Attempt)
		}
		assert.Equal(t, 8, most)
	})
}

func TestMaxAttemptsEndsTheStreamWithTheLastError(t *testing.T) {
	withServer(t, bodies("data: 1\n\n"), func(t *testing.T, s *server) {
		stream := s.connect(Options{Reconnect: Reconnect{MaxAttempts: 3}})
		receive(t, stream, 1)
		s.refuse.Store(true)
		s.http.Close()
		_, err := stream.Receive(t.Context())
		var ce *ConnectError
		require.True(t, errors.As(err, &ce), "%v", err)
		assert.ErrorContains(t, err, "refused")
		assert.Zero(t, ce.StatusCode)
	})
}

var cuts = flag.Int("cuts", 200, "how often the soak test cuts its connection")

// The connection is cut at random places, in the header and in the body; a
// server that replays what follows the last event ID makes up for all of it.
func TestNothingIsLostOrDuplicatedHoweverTheConnectionIsCut(t *testing.T) {
	cuts, events := *cuts, 40**cuts // about 25 events pass between two cuts
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	replay := func(w http.ResponseWriter, r *http.Request, _ int) {
		from, _ := strconv.Atoi(r.Header.Get("Last-Event-Id"))
		send(w, r, "retry: 10\n", false)
		for n := from + 1; n <= events && r.Context().Err() == nil; n++ {
			send(w, r, fmt.Sprintf("id: %d\nevent: t%d\ndata: %d\ndata: %s\n\n", n, n%3, n, strings.Repeat("é", n%50)), false)
		}
		<-r.Context().Done()
	}
	withServer(t, replay, func(t *testing.T, s *server) {
		made := 0
		s.accept = func(c *memnet.Conn) {
			if made++; made <= cuts {
				c.CutAfter(int64(random.IntN(4000) + 500*(2/(made+1)))) // Connect's is to succeed
			}
		}
		stream := s.connect(Options{})
		for n := 1; n <= events; n++ {
			id := strconv.Itoa(n)
			want := Event{"t" + strconv.Itoa(n%3), id + "\n" + strings.Repeat("é", n%50), id}
			require.Equal(t, want, receive(t, stream, 1)[0])
		}
		synctest.Wait()
		assert.GreaterOrEqual(t, made, cuts)
	})
}
