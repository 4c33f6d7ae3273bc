package wasm

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/transport"
)

func TestReceiveUsesTheBufferWhereTheMessageFits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := opened(t, testConfig())
		buf := make([]byte, 0, 4)
		for _, test := range []struct {
			message string
			inBuf   bool
		}{{"", true}, {"1234", true}, {"12345", false}} {
			s.text(test.message)
			m, err := c.Receive(t.Context(), buf)
			require.NoError(t, err)
			assert.Equal(t, transport.Text, m.Type)
			assert.Equal(t, test.message, string(m.Data))
			assert.Equal(t, test.inBuf, &buf[:1][0] == &m.Data[:1][0:1][0], test.message)
		}
		s.Closed(1000, "", true)
	})
}

func TestReceiveTellsTextFromBinary(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := opened(t, testConfig())
		s.Message(false, []byte{1})
		s.Message(true, []byte{'t'})
		for _, want := range []transport.Type{transport.Binary, transport.Text} {
			m, err := c.Receive(t.Context(), nil)
			require.NoError(t, err)
			assert.Equal(t, want, m.Type)
		}
		s.Closed(1000, "", true)
	})
}

func TestACancelledReceiveLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := opened(t, testConfig())
		ctx, cancel := context.WithCancel(t.Context())
		waiting := background(func() error { _, err := c.Receive(ctx, nil); return err })
		cancel()
		assert.ErrorIs(t, waiting(), context.Canceled)
		s.text("kept")
		assert.Equal(t, "kept", receive(t, c))
		s.Closed(1000, "", true)
	})
}

func TestEveryReceiverThatWaitsSeesTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := opened(t, testConfig())
		var waiting []func() error
		for range 3 {
			waiting = append(waiting, background(func() error { _, err := c.Receive(t.Context(), nil); return err }))
		}
		s.Closed(1001, "", true)
		for _, w := range waiting {
			assert.Same(t, c.Err(), w())
		}
	})
}

func TestMessagesAreToldInPlaceOfFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []transport.Frame
		config := testConfig()
		config.Frame = func(f transport.Frame) { told = append(told, f) }
		c, s := opened(t, config)
		s.text("in")
		assert.Empty(t, told, "an event tells nobody")
		assert.Equal(t, "in", receive(t, c))
		require.NoError(t, c.Send(t.Context(), transport.Message{Type: transport.Binary, Data: []byte("out")}))
		assert.Equal(t, []transport.Frame{
			{Fin: true, Opcode: 1, Length: 2}, {Sent: true, Fin: true, Opcode: 2, Length: 3},
		}, told)
		s.Closed(1000, "", true)
		require.Error(t, c.Send(t.Context(), transport.Message{Type: transport.Binary}))
		assert.Len(t, told, 2, "what was not sent is not told")
	})
}
