//go:build js

package browser

import (
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestListenHearsTheGlobalObjectUntilCancelled(t *testing.T) {
	wantNoLeak(t)
	target := script(`return new EventTarget()`)
	for _, method := range []string{"addEventListener", "removeEventListener"} {
		replaceGlobal(t, method, bind(target, method))
	}
	heard := 0
	cancel, ok := Listen("online", func() { heard++ })
	require.True(t, ok)
	dispatch := func(event string) { target.Call("dispatchEvent", js.Global().Get("Event").New(event)) }
	dispatch("online")
	dispatch("offline")
	assert.Equal(t, 1, heard)
	cancel()
	cancel()
	dispatch("online")
	assert.Equal(t, 1, heard)
}

func TestListenSaysWhereNothingCanBeHeard(t *testing.T) {
	wantNoLeak(t)
	replaceGlobal(t, "addEventListener", js.Undefined())
	cancel, ok := Listen("online", func() {})
	assert.False(t, ok)
	cancel()
}
