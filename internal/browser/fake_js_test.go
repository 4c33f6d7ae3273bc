//go:build js

package browser

import (
	"syscall/js"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// script runs the body of a JavaScript function.
func script(body string) js.Value { return js.Global().Get("Function").New(body).Invoke() }

// replaceGlobal gives the global another value until the test ends.
func replaceGlobal(t *testing.T, name string, value any) {
	t.Helper()
	old := js.Global().Get(name)
	js.Global().Set(name, value)
	t.Cleanup(func() {
		if old.IsUndefined() {
			js.Global().Delete(name)
			return
		}
		js.Global().Set(name, old)
	})
}

// wantNoLeak checks, when the test ends, that it released its callbacks.
func wantNoLeak(t *testing.T) {
	t.Helper()
	before := LiveCallbacks()
	t.Cleanup(func() { require.Equal(t, before, LiveCallbacks(), "callbacks are released") })
}

// receive waits for v, which comes by way of the event loop.
func receive[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(10 * time.Second):
		require.FailNow(t, "nothing came")
		panic("unreachable")
	}
}
