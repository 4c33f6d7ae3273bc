package wasm

import (
	"context"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// A fakeSocket records what the connection does to the platform. The test
// plays the platform: it calls the events.
type fakeSocket struct {
	events // of the connection

	mu       sync.Mutex
	sent     []transport.Message
	buffered int
	asked    int
	turns    int // asked for
	closes   []sentClose
	closeErr error
	releases int
}

type sentClose struct {
	code   uint16
	reason string
}

func (s *fakeSocket) SendText(p []byte) error   { return s.record(transport.Text, p) }
func (s *fakeSocket) SendBinary(p []byte) error { return s.record(transport.Binary, p) }

func (s *fakeSocket) record(t transport.Type, p []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, transport.Message{Type: t, Data: append([]byte{}, p...)})
	s.buffered += len(p)
	return nil
}

func (s *fakeSocket) BufferedAmount() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	return s.buffered
}

// polls is how often BufferedAmount was called.
func (s *fakeSocket) polls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

func (s *fakeSocket) AskTurn() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turns++
}

// askedTurns is how often AskTurn was called.
func (s *fakeSocket) askedTurns() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.turns
}

// flush is the network taking all but n bytes of what was sent.
func (s *fakeSocket) flush(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buffered = n
}

func (s *fakeSocket) Close(code uint16, reason string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closes = append(s.closes, sentClose{code, reason})
	return s.closeErr
}

func (s *fakeSocket) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.releases++
}

// text delivers a message in the two steps of a real socket.
func (s *fakeSocket) text(data string) {
	if s.Accept(len(data)) {
		s.Message(true, []byte(data))
	}
}

func (s *fakeSocket) wantReleased(t *testing.T) {
	t.Helper()
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	require.Equal(t, 1, s.releases, "callbacks are released exactly once")
}

func (s *fakeSocket) wantCloses(t *testing.T, want ...sentClose) {
	t.Helper()
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	require.Equal(t, want, s.closes)
}

func testConfig() *transport.Config {
	return &transport.Config{
		URL:            "ws://server.test/",
		MaxMessageSize: math.MaxInt64,
		MaxBuffered:    math.MaxInt64,
		CloseTimeout:   5 * time.Second,
	}
}

// dialing starts a dial, and returns its socket and what gives its result.
func dialing(ctx context.Context, config *transport.Config) (*fakeSocket, func() (*conn, error)) {
	s := &fakeSocket{}
	type result struct {
		c   transport.Conn
		err error
	}
	results := make(chan result, 1)
	go func() {
		c, err := dial(ctx, config, func(_ string, _ []string, e events) (socket, error) {
			s.events = e
			return s, nil
		})
		results <- result{c, err}
	}()
	synctest.Wait()
	return s, func() (*conn, error) {
		r := <-results
		if r.err != nil {
			return nil, r.err
		}
		return r.c.(*conn), nil
	}
}

// opened returns an open connection and its socket.
func opened(t *testing.T, config *transport.Config) (*conn, *fakeSocket) {
	t.Helper()
	s, result := dialing(t.Context(), config)
	s.Opened("")
	c, err := result()
	require.NoError(t, err)
	return c, s
}

// background calls f and returns what waits for its result.
func background(f func() error) func() error {
	result := make(chan error, 1)
	go func() { result <- f() }()
	synctest.Wait()
	return func() error { return <-result }
}
