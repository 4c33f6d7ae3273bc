//go:build !js

package sse

import (
	"context"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/amphiwire/amphiwire/internal/memnet"
	"github.com/stretchr/testify/require"
)

const testURL = "http://events.test/stream"

// A server answers the requests of a test, over a network in memory and on a
// fake clock, and remembers them.
type server struct {
	*memnet.Listener
	t      *testing.T
	http   *http.Server
	client *http.Client

	refuse atomic.Bool        // connections
	accept func(*memnet.Conn) // what to do with a new connection, if anything

	mu   sync.Mutex
	seen []seen
}

// Accept makes server a net.Listener that prepares its connections.
func (s *server) Accept() (net.Conn, error) {
	conn, err := s.Listener.Accept()
	if err == nil && s.accept != nil {
		s.accept(conn.(*memnet.Conn))
	}
	return conn, err
}

// dial reaches s from wherever it is said to be.
func (s *server) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if s.refuse.Load() {
		return nil, syscall.ECONNREFUSED
	}
	return s.Dial(ctx, network, addr)
}

// seen is what a server remembers of a request.
type seen struct {
	method, host, target, body string
	header                     http.Header
	at                         time.Time
}

// withServer runs test in a bubble with a server whose n-th request, from 0,
// answer answers.
func withServer(t *testing.T, answer func(w http.ResponseWriter, r *http.Request, n int), test func(t *testing.T, s *server)) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{t: t, Listener: memnet.Listen()}
		s.http = &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer(w, r, s.remember(r))
		})}
		transport := &http.Transport{DialContext: s.dial}
		s.client = &http.Client{Transport: transport}
		go s.http.Serve(s)
		t.Cleanup(func() {
			transport.CloseIdleConnections()
			s.http.Close()
		})
		test(t, s)
	})
}

func (s *server) remember(r *http.Request) int {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, seen{r.Method, r.Host, r.RequestURI, string(body), r.Header.Clone(), time.Now()})
	return len(s.seen) - 1
}

func (s *server) requests() []seen {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen)
}

// options are o with the client that reaches s.
func (s *server) options(o Options) *Options {
	o.Native.Client = s.client
	return &o
}

// connect opens a stream that the test's end closes.
func (s *server) connect(o Options) *Stream {
	s.t.Helper()
	stream, err := Connect(s.t.Context(), testURL, s.options(o))
	require.NoError(s.t, err)
	s.t.Cleanup(func() { stream.Close() })
	return stream
}

// send answers with an event stream that starts with body, and holds it open
// until the client goes if hold is true.
func send(w http.ResponseWriter, r *http.Request, body string, hold bool) {
	w.Header().Set("Content-Type", "text/event-stream")
	io.WriteString(w, body)
	w.(http.Flusher).Flush()
	if hold {
		<-r.Context().Done()
	}
}

// bodies answers the n-th request with the n-th body; the last one is held
// open.
func bodies(texts ...string) func(http.ResponseWriter, *http.Request, int) {
	return func(w http.ResponseWriter, r *http.Request, n int) {
		if n >= len(texts) {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		send(w, r, texts[n], n == len(texts)-1)
	}
}

// sleep lets d of fake time go by, and what it brings about happen.
func sleep(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// pause waits for d, or until the client goes.
func pause(r *http.Request, d time.Duration) {
	select {
	case <-time.After(d):
	case <-r.Context().Done():
	}
}

// drop ends the connection without ending the body.
func drop() { panic(http.ErrAbortHandler) }

// receive returns the next n events.
func receive(t *testing.T, s *Stream, n int) (events []Event) {
	t.Helper()
	for range n {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour) // of fake time
		e, err := s.Receive(ctx)
		cancel()
		require.NoError(t, err, "after %v", events)
		events = append(events, e)
	}
	return events
}
