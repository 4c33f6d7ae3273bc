package wasm

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/transport"
)

func receive(t *testing.T, c *conn) string {
	t.Helper()
	m, err := c.Receive(t.Context(), nil)
	require.NoError(t, err)
	return string(m.Data)
}

func TestWhatCameBeforeTheCloseIsDeliveredBeforeTheCloseError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := opened(t, testConfig())
		s.text("1")
		s.text("2")
		s.Closed(4001, "bye", true)
		assert.Equal(t, "1", receive(t, c))
		assert.Equal(t, "2", receive(t, c))
		_, err := c.Receive(t.Context(), nil)
		assert.Equal(t, &transport.CloseError{Code: 4001, Reason: "bye", Remote: true}, err)
		_, again := c.Receive(t.Context(), nil)
		assert.Same(t, err, again, "the same error for ever")
		assert.Same(t, err, c.Err())
		s.wantReleased(t)
	})
}

func TestCloseCodesOfThePeerArrive(t *testing.T) {
	for _, code := range []uint16{1000, 1001, 1005, 1011, 1014, 3000, 4999} {
		synctest.Test(t, func(t *testing.T) {
			c, s := opened(t, testConfig())
			s.Closed(code, "", true)
			var closed *transport.CloseError
			require.ErrorAs(t, c.Err(), &closed)
			assert.Equal(t, code, closed.Code)
			assert.True(t, closed.Remote)
			assert.NoError(t, closed.Err)
		})
	}
}

// RFC 6455, section 7.4.2: "Status codes in the range 0-999 are not used", and
// those up to 2999 are for registered meanings.
func TestCodesThatMustNotBeInACloseFrameAreAnErrorOfProtocol(t *testing.T) {
	for _, code := range []uint16{0, 999, 1004, 1015, 1016, 2999, 5000, 65535} {
		synctest.Test(t, func(t *testing.T) {
			c, s := opened(t, testConfig())
			s.Closed(code, "reason", true)
			var closed *transport.CloseError
			require.ErrorAs(t, c.Err(), &closed)
			assert.EqualValues(t, 1002, closed.Code)
			assert.False(t, closed.Remote, "it is this side that complains")
			assert.ErrorContains(t, closed, strconv.Itoa(int(code)))
		})
	}
}

// RFC 6455, section 7.1.5: without a Close frame "_The WebSocket Connection
// Close Code_ is considered to be 1006".
func TestALostConnectionIs1006AndAnUnexpectedEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := opened(t, testConfig())
		s.Failed(nil)
		s.Closed(1006, "", false)
		var closed *transport.CloseError
		require.ErrorAs(t, c.Err(), &closed)
		assert.EqualValues(t, 1006, closed.Code)
		assert.True(t, closed.Remote)
		assert.ErrorIs(t, c.Err(), io.ErrUnexpectedEOF)
	})
}

func TestAMessageOverTheLimitEndsTheConnection(t *testing.T) {
	for _, test := range []struct {
		what    string
		deliver func(*fakeSocket)
		size    int64
	}{
		{"binary, before it is copied", func(s *fakeSocket) { assert.False(t, s.Accept(11)) }, 11},
		{"text whose UTF-8 is longer than its UTF-16", func(s *fakeSocket) {
			assert.True(t, s.Accept(6))
			s.Message(true, []byte(strings.Repeat("é", 6)))
		}, 12},
	} {
		t.Run(test.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				config := testConfig()
				config.MaxMessageSize = 10
				c, s := opened(t, config)
				s.text("0123456789")
				test.deliver(s)
				assert.False(t, s.Accept(1), "nothing is accepted afterwards")
				assert.Equal(t, "0123456789", receive(t, c), "what came before is delivered")
				_, err := c.Receive(t.Context(), nil)
				assert.Equal(t, &transport.TooBigError{Limit: 10, Size: test.size}, err)
				assert.Same(t, err, c.Err())
				s.wantCloses(t, sentClose{0, ""}) // 1009 cannot be sent
				s.Closed(1006, "", false)
				s.wantReleased(t)
			})
		})
	}
}

func TestAPeerThatOverrunsTheProgramLosesTheConnection(t *testing.T) {
	for _, test := range []struct {
		what    string
		message string
		fit     int
	}{
		{"by bytes", strings.Repeat("x", 400-transport.Overhead), 2},
		{"by empty messages", "", 1000 / transport.Overhead},
	} {
		t.Run(test.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				config := testConfig()
				config.MaxBuffered = 1000
				c, s := opened(t, config)
				for range test.fit + 2 {
					s.text(test.message)
				}
				var overrun *transport.OverrunError
				require.ErrorAs(t, c.Err(), &overrun)
				assert.EqualValues(t, 1000, overrun.Limit)
				assert.Greater(t, overrun.Size, overrun.Limit)
				s.Closed(1005, "", true)
				s.wantReleased(t)
			})
		})
	}
}

func TestReceivingMakesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := testConfig()
		config.MaxBuffered = 100
		c, s := opened(t, config)
		for range 1000 {
			s.text(strings.Repeat("x", 60))
			assert.Len(t, receive(t, c), 60)
		}
		assert.NoError(t, c.Err())
		s.Closed(1000, "", true)
	})
}

func TestAnExceptionWhileDeliveringEndsTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := opened(t, testConfig())
		thrown := errors.New("TypeError")
		s.Failed(thrown)
		assert.ErrorIs(t, c.Err(), thrown)
		s.wantCloses(t, sentClose{0, ""})
		s.Closed(1005, "", true)
		s.wantReleased(t)
	})
}

func TestABrokenOffConnectionIsReleasedThoughThePlatformNeverFinishes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := testConfig()
		config.MaxMessageSize = 1
		c, s := opened(t, config)
		s.text("too long")
		<-c.Done()
		closed := background(func() error { return c.Close(1000, "") })
		assert.NoError(t, closed(), "it had ended before")
		s.wantReleased(t)
	})
}

// A WebSocket that a page has put in the place of the platform's may report
// what it likes, such as the connections that it makes again by itself.
func TestAConnectionOpensAndEndsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := opened(t, testConfig())
		s.Opened("again")
		assert.Empty(t, c.Subprotocol(), "that of the first")
		closed := background(func() error { return c.Close(1000, "") })
		s.Closed(1000, "", true)
		s.Closed(1006, "", false)
		assert.NoError(t, closed())
		s.wantReleased(t)
	})
}
