//go:build js

package pages

import (
	"math/rand/v2"
	"strconv"
	"syscall/js"
	"testing"

	"github.com/amphiwire/amphiwire/sse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// unique returns a name that nothing else at the server has.
func unique() string { return strconv.FormatUint(rand.Uint64(), 36) }

// hide makes the document say that its tab is hidden, as when another is
// looked at. What browsers do to such a tab, slower timers above all, no page
// can bring about: README says what is known.
func hide(t *testing.T) {
	document := js.Global().Get("document")
	for name, value := range map[string]any{"visibilityState": "hidden", "hidden": true} {
		js.Global().Get("Object").Call("defineProperty", document, name, map[string]any{"value": value, "configurable": true})
	}
	t.Cleanup(func() {
		for _, name := range []string{"visibilityState", "hidden"} {
			js.Global().Get("Reflect").Call("deleteProperty", document, name)
		}
		visible.dispatch()
	})
	visible.dispatch()
}

// receives returns the next event's data.
func receives(t *testing.T, s *sse.Stream) string {
	t.Helper()
	e, err := s.Receive(within(t))
	require.NoError(t, err)
	return e.Data
}

// Nothing but the event can bring the second connection: without it a stream
// would wait for longer than anyone lives. Chromium may drop what came right
// before a cut, so it is not known how many connections it takes.
func TestOnlineHurriesAStream(t *testing.T) {
	waits := 0
	s, err := sse.Connect(within(t), events("count?n=3&drop=1&then=hang"), &sse.Options{
		Reconnect: sse.Reconnect{Delay: never, MaxDelay: -1},
		OnState: func(c sse.StateChange) {
			if c.Delay > patience {
				waits++
				online.dispatch()
			}
		},
	})
	require.NoError(t, err)
	for _, want := range []string{"1", "2", "3"} {
		require.Equal(t, want, receives(t, s))
	}
	require.NoError(t, s.Close())
	assert.GreaterOrEqual(t, waits, 2)
}

func TestAHiddenTabKeepsItsStream(t *testing.T) {
	needsPage(t)
	for name, types := range map[string][]string{"fetch": nil, "EventSource": {"message"}} {
		t.Run(name, func(t *testing.T) {
			s, err := sse.Connect(within(t), events("count?n=1000&interval=20"), &sse.Options{Types: types})
			require.NoError(t, err)
			defer s.Close()
			assert.Equal(t, "1", receives(t, s))
			hide(t)
			for i := 2; i < 20; i++ {
				require.Equal(t, strconv.Itoa(i), receives(t, s), "the same stream, which misses nothing")
			}
		})
	}
}
