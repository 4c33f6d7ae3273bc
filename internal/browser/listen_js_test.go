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
	var heard []string
	cancel, ok := Listen(func(event string) { heard = append(heard, event) }, "online", "pageshow")
	require.True(t, ok)
	dispatch := func(event string) { target.Call("dispatchEvent", js.Global().Get("Event").New(event)) }
	dispatch("online")
	dispatch("offline")
	dispatch("pageshow")
	assert.Equal(t, []string{"online", "pageshow"}, heard)
	cancel()
	cancel()
	dispatch("online")
	dispatch("pageshow")
	assert.Len(t, heard, 2)
}

func TestListenSaysWhereNothingCanBeHeard(t *testing.T) {
	wantNoLeak(t)
	replaceGlobal(t, "addEventListener", js.Undefined())
	cancel, ok := Listen(func(string) {}, "online")
	assert.False(t, ok)
	cancel()
}
