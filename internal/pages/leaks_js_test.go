//go:build js

package pages

import (
	"context"
	"os"
	"runtime"
	"strconv"
	"syscall/js"
	"testing"
	"time"

	"github.com/amphiwire/amphiwire/client"
	"github.com/amphiwire/amphiwire/internal/browser"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// turns is how often the tests below connect: few by default, 10,000 where the
// environment says so.
func turns() int {
	n, err := strconv.Atoi(os.Getenv("AMPHIWIRE_TURNS"))
	if err != nil {
		return 300
	}
	return n
}

func TestConnectsAndClosesLeaveNothing(t *testing.T) {
	leavesNothing(t, turns(), func() {
		c, err := client.Connect(t.Context(), ws("echo"), nil)
		require.NoError(t, err)
		require.NoError(t, c.Send(t.Context(), client.Text("x")))
		_, err = c.Receive(t.Context())
		require.NoError(t, err)
		require.NoError(t, c.Close())
	})
}

func TestConnectsAndClosesWithReconnectLeaveNothing(t *testing.T) {
	leavesNothing(t, turns()/10, func() {
		c, err := client.Connect(t.Context(), ws("echo"), &client.Options{Reconnect: &client.Reconnect{}})
		require.NoError(t, err)
		require.NoError(t, c.Close())
	})
}

// Most of these never reach the network: an engine that cannot connect makes
// its page wait longer each time.
func TestDialsThatFailLeaveNothing(t *testing.T) {
	leavesNothing(t, turns(), func() {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { _, err := client.Connect(ctx, ws("echo"), nil); done <- err }()
		runtime.Gosched() // the WebSocket is made
		cancel()
		if err := <-done; err != nil {
			require.ErrorIs(t, err, context.Canceled)
		}
	})
	leavesNothingAfter(t, 3, 3, func() {
		_, err := client.Connect(t.Context(), ws("reject"), nil)
		require.Error(t, err)
	})
}

// leavesNothing calls f n times, after what Go's heap and the engine keep at
// hand has grown.
func leavesNothing(t *testing.T, n int, f func()) {
	t.Helper()
	leavesNothingAfter(t, max(50, n/10), n, f)
}

// leavesNothingAfter calls f n times, and expects as many goroutines,
// callbacks, listeners and js.Values, and as much heap, as after the first
// calls. What little more it allows is the runtime's own to come and go.
func leavesNothingAfter(t *testing.T, warmUp, n int, f func()) {
	t.Helper()
	for range warmUp {
		f()
	}
	before := take()
	for range n {
		f()
	}
	after := take()
	for ctx := within(t); !after.within(before) && ctx.Err() == nil; after = take() {
		<-time.After(5 * time.Millisecond) // the last one's events may be on their way
	}
	t.Logf("after %d: %+v; after %d more: %+v", warmUp, before, n, after)
	assert.LessOrEqual(t, after.held, before.held, "goroutines and callbacks")
	assert.LessOrEqual(t, after.listeners, before.listeners, "event listeners")
	assert.LessOrEqual(t, after.values, before.values+20, "JavaScript values that Go refers to")
	assert.LessOrEqual(t, after.objects, before.objects+500, "objects on Go's heap")
	assert.LessOrEqual(t, after.memory, before.memory+(8<<20), "bytes of WebAssembly memory, of which Go takes 4 MiB before its first collection")
}

// counts are of what a connection could leave behind.
type counts struct{ held, listeners, values, objects, memory int }

func (c counts) within(before counts) bool {
	return c.held <= before.held && c.listeners <= before.listeners && c.values <= before.values+20 && c.objects <= before.objects+500
}

func take() (c counts) {
	things := js.Global().Get("liveThings") // testdata/count.js
	runtime.GC()
	runtime.Gosched()
	runtime.GC() // takes what the first one's finalizers let go
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return counts{
		held:      runtime.NumGoroutine() + browser.LiveCallbacks(),
		listeners: things.Call("listeners").Int(),
		values:    things.Call("values").Int(),
		objects:   int(m.HeapObjects),
		memory:    int(m.Sys),
	}
}
