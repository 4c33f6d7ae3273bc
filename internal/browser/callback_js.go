//go:build js

package browser

import (
	"sync/atomic"
	"syscall/js"
)

// liveCallbacks counts the callbacks that were made and not released. Each
// one keeps what it refers to in memory, on both sides.
var liveCallbacks atomic.Int64

// LiveCallbacks returns how many callbacks JavaScript can still call. Tests
// compare it before and after.
func LiveCallbacks() int { return int(liveCallbacks.Load()) }

// A callback is a Go function that JavaScript calls. It does not embed js.Func,
// whose methods would be linked once more for it.
type callback struct {
	Value    js.Value // the function
	f        js.Func
	released bool
}

// newCallback wraps f. What JavaScript throws inside f goes to threw: an
// exception that left a Go function would end the whole program.
func newCallback(f func(args []js.Value), threw func(error)) *callback {
	liveCallbacks.Add(1)
	c := &callback{f: js.FuncOf(func(_ js.Value, args []js.Value) any {
		if err := try(func() { f(args) }); err != nil {
			threw(err)
		}
		return nil
	})}
	c.Value = c.f.Value
	return c
}

// release may be called again, which does nothing. The caller has made sure
// that JavaScript calls the function no more: the engine would log it.
func (c *callback) release() {
	if c.released {
		return
	}
	c.released = true
	c.f.Release()
	liveCallbacks.Add(-1)
}
