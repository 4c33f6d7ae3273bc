package sse

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A flood is a body of events of 1 MiB without end.
type flood struct {
	rest   string
	events int
	closed context.Context
	close  context.CancelFunc
}

func (f *flood) Read(p []byte) (int, error) {
	if f.closed.Err() != nil {
		return 0, errors.New("closed")
	}
	if f.rest == "" {
		f.events++
		f.rest = "data: " + strings.Repeat("x", 1<<20) + "\n\n"
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

func (f *flood) Close() error { f.close(); return nil }

// withFlood runs test with a Stream that receives a flood, on a platform that
// reads ahead or not.
func withFlood(t *testing.T, readsAhead bool, test func(t *testing.T, s *Stream, f *flood, ended <-chan error)) {
	synctest.Test(t, func(t *testing.T) {
		s, err := newStream(t.Context(), testURLOnly, &Options{})
		require.NoError(t, err)
		f := &flood{}
		f.closed, f.close = context.WithCancel(t.Context())
		c := &connection{resp: &response{status: 200, url: testURLOnly, body: f, readsAhead: readsAhead}}
		c.ctx, c.cancel = context.WithCancelCause(s.ctx)
		c.unlink = context.AfterFunc(c.ctx, func() { c.resp.Close() })
		ended := make(chan error, 1)
		go func() { ended <- s.receive(c) }()
		synctest.Wait()
		test(t, s, f, ended)
		s.Close()
		synctest.Wait()
		assert.Error(t, f.closed.Err())
	})
}

func TestAServerThatSendsTooFastIsMadeToWait(t *testing.T) {
	withFlood(t, false, func(t *testing.T, s *Stream, f *flood, ended <-chan error) {
		assert.LessOrEqual(t, f.events, 2)
		for range 10 {
			_, err := s.Receive(t.Context())
			require.NoError(t, err)
		}
		synctest.Wait()
		assert.NoError(t, f.closed.Err())
		assert.Empty(t, ended)
	})
}

// There is nothing to be gained by not reading.
func TestWhereThePlatformReadsAheadWhatWaitsIsLimited(t *testing.T) {
	withFlood(t, true, func(t *testing.T, s *Stream, f *flood, ended <-chan error) {
		assert.Error(t, f.closed.Err(), "the connection is given up")
		assert.InDelta(t, maxBehind>>20, f.events, 3)
		for range maxBehind >> 20 {
			assert.Empty(t, ended, "it goes on when what was in time has been received")
			_, err := s.Receive(t.Context())
			require.NoError(t, err)
		}
		synctest.Wait()
		assert.Equal(t, errBehind, <-ended)
	})
}

func TestCloseEndsAStreamThatIsTooFarBehind(t *testing.T) {
	withFlood(t, true, func(t *testing.T, s *Stream, _ *flood, ended <-chan error) {
		s.Close()
		assert.Equal(t, ErrClosed, <-ended)
	})
}
