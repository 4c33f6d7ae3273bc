package client

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

func TestATraceHoldsNoToken(t *testing.T) {
	const token = "c2VjcmV0"
	for name, by := range map[string]Carrier{"query": BearerQuery, "subprotocol": BearerSubprotocol} {
		t.Run(name, func(t *testing.T) {
			var dialled TraceDial
			var opened TraceHandshake
			_, err := connect(t.Context(), "ws://"+token+"@host.test/path", &Options{
				Prepare: func(_ context.Context, a *Attempt) error { return a.SetBearer(token, by) },
				Trace:   &Trace{Dial: func(d TraceDial) { dialled = d }, Handshake: func(h TraceHandshake) { opened = h }},
			}, outside{now: wallClock, dial: func(_ context.Context, c *transport.Config, _ *NativeOptions) (transport.Conn, error) {
				if len(c.Subprotocols) > 0 {
					return chosen{name: c.Subprotocols[0]}, nil
				}
				return nil, errors.New("refused")
			}})
			assert.Contains(t, dialled.URL, "host.test/path")
			assert.Equal(t, dialled.URL, opened.URL)
			assert.Equal(t, err, opened.Err)
			for _, s := range []string{dialled.URL, opened.Subprotocol, errors.Join(opened.Err, errRule).Error()} {
				assert.NotContains(t, s, token)
			}
		})
	}
}

// chosen is a connection whose server has selected this subprotocol.
type chosen struct {
	transport.Conn
	name string
}

func (c chosen) Subprotocol() string { return c.name }

func TestATraceOfARetryComesBeforeTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, start := &network{}, time.Now()
		var at, delay time.Duration
		var why error
		c, err := connect(t.Context(), "ws://host.test/", &Options{
			Reconnect: &Reconnect{},
			Trace:     &Trace{Retry: func(err error, d time.Duration) { at, why, delay = time.Since(start), err, d }},
		}, n.world())
		require.NoError(t, err)
		n.wire(t, 1).lose()
		synctest.Wait()
		assert.Zero(t, at)
		assert.Positive(t, delay)
		var closed *CloseError
		assert.ErrorAs(t, why, &closed)
		require.NoError(t, c.Close())
	})
}

func TestATraceMayBeEmpty(t *testing.T) {
	n := &network{}
	c, err := connect(t.Context(), "ws://host.test/", &Options{Trace: &Trace{}}, n.world())
	require.NoError(t, err)
	assert.Nil(t, n.wires[0].config.Frame, "a transport has nothing to do")
	require.NoError(t, c.Close())
}
