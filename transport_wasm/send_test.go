package wasm

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/transport"
)

func binary(n int) transport.Message {
	return transport.Message{Type: transport.Binary, Data: make([]byte, n)}
}

func TestSendHandsTextAndBinaryToThePlatform(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := opened(t, testConfig())
		sent := []transport.Message{
			{Type: transport.Text, Data: []byte("text")},
			{Type: transport.Binary, Data: []byte{0, 255}},
		}
		for _, m := range sent {
			require.NoError(t, c.Send(t.Context(), m))
		}
		assert.Equal(t, sent, s.sent)
		assert.Zero(t, s.polls(), "bufferedAmount is not asked for while it must be low")
		s.Closed(1000, "", true)
	})
}

// sendingTooMuch has one Send wait for the platform to send what it holds.
func sendingTooMuch(t *testing.T, ctx context.Context) (*conn, *fakeSocket, func() error) {
	t.Helper()
	c, s := opened(t, testConfig())
	require.NoError(t, c.Send(ctx, binary(maxUnflushed+1)), "a single message of any size passes")
	s.Turn()
	waiting := background(func() error { return c.Send(ctx, binary(1)) })
	require.Len(t, s.sent, 1)
	return c, s, waiting
}

func TestSendWaitsWhileThePlatformHoldsTooMuch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s, waiting := sendingTooMuch(t, t.Context())
		time.Sleep(time.Minute)
		require.Len(t, s.sent, 1)
		assert.Less(t, s.polls(), 1000, "it is asked less and less often")
		s.flush(maxUnflushed)
		assert.NoError(t, waiting())
		assert.Len(t, s.sent, 2)
		s.Closed(1000, "", true)
	})
}

func TestASendThatWaitsEndsWithItsContextAndSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		c, s, waiting := sendingTooMuch(t, ctx)
		behind := background(func() error { return c.Send(ctx, binary(2)) })
		cancel()
		assert.ErrorIs(t, waiting(), context.Canceled)
		assert.ErrorIs(t, behind(), context.Canceled)
		assert.Len(t, s.sent, 1)
		assert.NoError(t, c.Err(), "the connection goes on")
		s.flush(0)
		assert.NoError(t, c.Send(t.Context(), binary(3)))
		s.Closed(1000, "", true)
	})
}

func TestASendThatWaitsEndsWithTheConnection(t *testing.T) {
	for _, test := range []struct {
		what string
		end  func(*conn, *fakeSocket)
		want error
	}{
		{"closed by the peer", func(_ *conn, s *fakeSocket) { s.Closed(1001, "", true) },
			&transport.CloseError{Code: 1001, Remote: true}},
		{"closed by this side", func(c *conn, s *fakeSocket) { go c.Close(1000, ""); synctest.Wait(); s.Closed(1000, "", true) },
			transport.ErrClosed},
	} {
		t.Run(test.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, s, waiting := sendingTooMuch(t, t.Context())
				behind := background(func() error { return c.Send(t.Context(), binary(2)) })
				test.end(c, s)
				assert.Equal(t, test.want, waiting())
				assert.Equal(t, test.want, behind())
				assert.Equal(t, test.want, c.Send(t.Context(), binary(1)), "and so does every later one")
			})
		})
	}
}

func TestSendLetsTheEventLoopComeRound(t *testing.T) {
	for _, test := range []struct {
		what string
		size int
		sent int // before the first wait
	}{
		{"small messages", 1, maxWork + 1},
		{"larger messages", 4096 * (maxWork/4 - 1), 5},
	} {
		t.Run(test.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, s := opened(t, testConfig())
				sending := background(func() error {
					for c.Send(t.Context(), binary(test.size)) == nil {
					}
					return c.Err()
				})
				for round := 1; round < 4; round++ {
					assert.Equal(t, round, s.askedTurns())
					assert.Len(t, s.sent, round*test.sent)
					s.flush(0)
					s.Turn()
					synctest.Wait()
				}
				s.Closed(1001, "", true)
				assert.ErrorAs(t, sending(), new(*transport.CloseError))
			})
		})
	}
}

func TestAnEventLoopThatComesRoundByItselfIsNotAskedTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := opened(t, testConfig())
		for range 10 * maxWork {
			require.NoError(t, c.Send(t.Context(), binary(1)))
			s.Turn()
		}
		assert.Zero(t, s.askedTurns())
		s.Closed(1000, "", true)
	})
}

func TestASendThatWaitsForTheEventLoopEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		c, s := opened(t, testConfig())
		for range maxWork + 1 {
			require.NoError(t, c.Send(ctx, binary(1)))
		}
		waiting := background(func() error { return c.Send(ctx, binary(1)) })
		cancel()
		assert.ErrorIs(t, waiting(), context.Canceled)
		s.Closed(1000, "", true)
	})
}

func TestSendWithAContextThatHasEndedSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := opened(t, testConfig())
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 20 { // the turn and ctx are both ready: either may be seen first
			assert.ErrorIs(t, c.Send(ctx, binary(1)), context.Canceled)
		}
		assert.Empty(t, s.sent)
		s.Closed(1000, "", true)
	})
}
