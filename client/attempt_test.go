package client

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/transport"
)

func noPrepare(context.Context, *Attempt) error { return nil }

func TestPrepareRunsBeforeTheOnlyDial(t *testing.T) {
	n := &network{}
	c, err := connect(t.Context(), "ws://host.test/", &Options{Subprotocols: []string{"a"}, Prepare: func(_ context.Context, a *Attempt) error {
		assert.Equal(t, &Attempt{URL: "ws://host.test/", Subprotocols: []string{"a"}, Header: a.Header, Number: 1}, a)
		assert.NotNil(t, a.Header)
		a.URL, a.Subprotocols = "wss://other.test/x", append(a.Subprotocols, "b")
		return nil
	}}, n.world())
	require.NoError(t, err)
	assert.Equal(t, "wss://other.test/x", n.wires[0].config.URL)
	assert.Equal(t, []string{"a", "b"}, n.wires[0].config.Subprotocols)
	require.NoError(t, c.Close())
}

func TestWhatPrepareMakesIsChecked(t *testing.T) {
	for name, change := range map[string]func(*Attempt) error{
		"an error":      func(*Attempt) error { return errRule },
		"a URL":         func(a *Attempt) error { a.URL = "gopher://host.test"; return nil },
		"a subprotocol": func(a *Attempt) error { a.Subprotocols = []string{"a b"}; return nil },
	} {
		t.Run(name, func(t *testing.T) {
			n := &network{}
			_, err := connect(t.Context(), "ws://host.test/?secret", &Options{Prepare: func(_ context.Context, a *Attempt) error { return change(a) }}, n.world())
			var failed *ConnectError
			require.ErrorAs(t, err, &failed)
			assert.NotContains(t, err.Error(), "secret")
			assert.Zero(t, n.dials2())
		})
	}
}

func TestConnectAsksPrepareOnceMoreAfter401(t *testing.T) {
	unauthorized := &transport.HandshakeError{StatusCode: 401, Err: errors.New("the server answered 401")}
	n := &network{answer: func(_ context.Context, k int) error {
		if k == 1 {
			return unauthorized
		}
		return nil
	}}
	var attempts []int
	c, err := connect(t.Context(), "ws://host.test/", &Options{Prepare: func(_ context.Context, a *Attempt) error {
		attempts = append(attempts, a.Number)
		assert.Equal(t, a.Number == 2, statusOf(a.Err) == 401)
		return nil
	}}, n.world())
	require.NoError(t, err)
	require.NoError(t, c.Close())
	assert.Equal(t, []int{1, 2}, attempts)
	n = &network{down: unauthorized}
	_, err = connect(t.Context(), "ws://host.test/", &Options{Prepare: noPrepare}, n.world())
	assert.Equal(t, 401, statusOf(err))
	assert.Equal(t, 2, n.dials2(), "not more than once")
	n = &network{down: unauthorized}
	_, err = connect(t.Context(), "ws://host.test/", nil, n.world())
	assert.Equal(t, 401, statusOf(err))
	assert.Equal(t, 1, n.dials2(), "not without Prepare")
}

// dials2 is dials outside of a bubble.
func (n *network) dials2() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.times)
}

func TestSetBearer(t *testing.T) {
	a := &Attempt{URL: "ws://h/?a=1&access_token=old&b=2", Subprotocols: []string{"chat", "bearer.b2xk"}}
	require.NoError(t, a.SetBearer("tök en?", BearerSubprotocol))
	assert.Equal(t, []string{"chat", "bearer.dMO2ayBlbj8"}, a.Subprotocols)
	require.NoError(t, a.SetBearer("a b&c/é~", BearerQuery))
	assert.Equal(t, "ws://h/?a=1&b=2&access_token=a%20b%26c%2F%C3%A9~", a.URL)
	bare := &Attempt{URL: "ws://h"}
	require.NoError(t, bare.SetBearer("t", BearerQuery))
	assert.Equal(t, "ws://h?access_token=t", bare.URL)
	err := a.SetBearer("t", BearerHeader)
	if !canSetHeader {
		require.ErrorIs(t, err, errors.ErrUnsupported)
		assert.Nil(t, a.Header)
		return
	}
	require.NoError(t, err)
	assert.Equal(t, map[string][]string{"Authorization": {"Bearer t"}}, a.Header)
}

func TestAHeaderSetInPrepare(t *testing.T) {
	n := &network{}
	c, err := connect(t.Context(), "ws://host.test/", &Options{Prepare: func(_ context.Context, a *Attempt) error {
		a.Header["Authorization"] = []string{"Bearer secret"}
		return nil
	}}, n.world())
	if !canSetHeader {
		require.ErrorIs(t, err, errors.ErrUnsupported)
		assert.NotContains(t, err.Error(), "secret")
		return
	}
	require.NoError(t, err)
	assert.Equal(t, map[string][]string{"Authorization": {"Bearer secret"}}, n.wires[0].native.header())
	require.NoError(t, c.Close())
}
