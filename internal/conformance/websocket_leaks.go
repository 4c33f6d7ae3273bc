package conformance

import (
	"context"
	"runtime"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// leakRows show that what ends leaves nothing behind, however it ended.
func leakRows() []Row {
	return []Row{
		{Name: "leaks/none after 300 connects and closes", Run: func(t *T) {
			t.leavesNothing(300, func() {
				c, err := client.Connect(t.ctx, t.ws("echo"), nil)
				require.NoError(t, err)
				require.NoError(t, c.Close())
			})
		}},
		{Name: "leaks/none after 100 closes by the peer", Run: func(t *T) {
			t.leavesNothing(100, func() {
				c, err := client.Connect(t.ctx, t.ws("burst", "n", "3"), nil)
				require.NoError(t, err)
				_, err = t.drain(c)
				require.Error(t, err)
				require.NoError(t, c.Close())
			})
		}},
		{Name: "leaks/none of connections that the program forgets and the peer closes", Run: func(t *T) {
			t.leavesNothing(20, func() {
				c, err := client.Connect(t.ctx, t.ws("close", "after", "1"), nil)
				require.NoError(t, err)
				t.send(c, client.Text("now"))
			})
		}},
		{Name: "leaks/none after 1,000 dials that are refused before they begin", Run: func(t *T) {
			t.leavesNothing(1000, func() { t.refused("ws://[", nil) })
		}},
		{Name: "leaks/none after dials that fail", Run: func(t *T) {
			// Few of them: browsers make a page wait that fails to connect.
			t.leavesNothing(3, func() { t.refused(t.ws("reject"), nil) })
		}},
		{Name: "leaks/none after dials that are cancelled", Run: func(t *T) {
			t.leavesNothing(5, func() {
				ctx, cancel := context.WithCancel(t.ctx)
				done := make(chan error, 1)
				go func() { _, err := client.Connect(ctx, t.ws("hang"), nil); done <- err }()
				runtime.Gosched()
				cancel()
				require.Error(t, await(t, done))
			})
		}},
	}
}

// leavesNothing calls f n times and expects no more of what is held than
// after the first few. Of 300 connections that stay in memory the heap would
// show 3,000 objects and more.
func (t *T) leavesNothing(n int, f func()) {
	t.Helper()
	for range 2 {
		f()
	}
	before, objects := held(), heapObjects()
	for range n {
		f()
	}
	t.eventually("what was held is given back", func() bool { return held() <= before })
	assert.Less(t, heapObjects(), objects+4*n+1000, "objects on the heap")
}

// heapObjects is the number of those that can be reached. The second
// collection takes what the first one's finalizers let go.
func heapObjects() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapObjects)
}
