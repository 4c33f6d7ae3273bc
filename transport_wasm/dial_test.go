package wasm

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/transport"
)

func TestDialPassesURLAndSubprotocolsAndReturnsTheSelectedOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := testConfig()
		config.Subprotocols = []string{"a", "b"}
		s := &fakeSocket{}
		var url string
		var offered []string
		result := make(chan transport.Conn)
		go func() {
			c, err := dial(t.Context(), config, func(u string, protocols []string, e events) (socket, error) {
				url, offered, s.events = u, protocols, e
				return s, nil
			})
			assert.NoError(t, err)
			result <- c
		}()
		synctest.Wait()
		s.Opened("b")
		assert.Equal(t, "b", (<-result).Subprotocol())
		assert.Equal(t, config.URL, url)
		assert.Equal(t, config.Subprotocols, offered)
	})
}

func TestDialThatFails(t *testing.T) {
	for _, test := range []struct {
		what   string
		events func(*fakeSocket)
	}{
		{"error and close", func(s *fakeSocket) { s.Failed(nil); s.Closed(1006, "", false) }},
		{"close alone", func(s *fakeSocket) { s.Closed(1006, "", false) }},
		{"error alone, as WebKit does for a blocked port", func(s *fakeSocket) { s.Failed(nil) }},
	} {
		t.Run(test.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, result := dialing(t.Context(), testConfig())
				test.events(s)
				_, err := result()
				var handshake *transport.HandshakeError
				require.ErrorAs(t, err, &handshake)
				assert.Zero(t, handshake.StatusCode, "the platform shows no answer")
				assert.ErrorContains(t, err, "hides the reason")
				s.wantReleased(t)
			})
		})
	}
}

func TestDialFailsWithAnExceptionInAnEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, result := dialing(t.Context(), testConfig())
		thrown := errors.New("TypeError")
		start := time.Now()
		s.Failed(thrown)
		_, err := result()
		var handshake *transport.HandshakeError
		require.ErrorAs(t, err, &handshake)
		assert.ErrorIs(t, err, thrown)
		s.wantCloses(t, sentClose{0, ""})
		s.wantReleased(t)
		assert.Zero(t, time.Since(start), "nothing waits for the close event")
	})
}

func TestAConnectionThatIsClosedAtOnceWasOpen(t *testing.T) {
	for range 20 { // Dial sees the opening and the end at the same time
		synctest.Test(t, func(t *testing.T) {
			s, result := dialing(t.Context(), testConfig())
			s.Opened("")
			s.text("hello")
			s.Closed(1001, "", true)
			c, err := result()
			require.NoError(t, err)
			assert.Equal(t, "hello", receive(t, c))
			_, err = c.Receive(t.Context(), nil)
			assert.Equal(t, &transport.CloseError{Code: 1001, Remote: true}, err)
			s.wantReleased(t)
		})
	}
}

func TestDialReportsWhatTheConstructorThrows(t *testing.T) {
	thrown := errors.New("SyntaxError")
	c, err := dial(t.Context(), testConfig(), func(string, []string, events) (socket, error) { return nil, thrown })
	require.Nil(t, c)
	var handshake *transport.HandshakeError
	require.ErrorAs(t, err, &handshake)
	assert.ErrorIs(t, err, thrown)
	thrown = errors.New("SyntaxError: The URL 'ws://h/?access_token=secret' is invalid.")
	_, err = dial(t.Context(), testConfig(), func(string, []string, events) (socket, error) { return nil, thrown })
	require.ErrorAs(t, err, &handshake)
	assert.EqualError(t, handshake.Err, "the platform takes no such URL", "engines differ in what they quote")
}

func TestDialEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s, result := dialing(ctx, testConfig())
		cancel()
		_, err := result()
		assert.ErrorIs(t, err, context.Canceled)
		s.wantReleased(t)
		s.wantCloses(t, sentClose{0, ""})
	})
}

func TestDialDoesNotStartWithAContextThatHasEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := dial(ctx, testConfig(), func(string, []string, events) (socket, error) {
		t.Fatal("a socket was made")
		return nil, nil
	})
	assert.ErrorIs(t, err, context.Canceled)
}

func TestContextOfDialDoesNotEndTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s, result := dialing(ctx, testConfig())
		s.Opened("")
		c, err := result()
		require.NoError(t, err)
		cancel()
		synctest.Wait()
		assert.NoError(t, c.Send(t.Context(), transport.Message{Type: transport.Text, Data: []byte("x")}))
		assert.NoError(t, c.Err())
	})
}
