//go:build js

package browser

import (
	"syscall/js"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhyThereIsNoGlue(t *testing.T) {
	for _, test := range []struct {
		name  string
		class any
		want  string
	}{
		{"no class", js.Undefined(), "amphiwire.js was not loaded between wasm_exec.js and the start of the program"},
		{"a class that the script has not seen", script(`return class {}`), "amphiwire.js was not loaded between wasm_exec.js and the start of the program"},
		{"names are missing", script(`return class { static amphiwire = {missing: ["_a", "_b"]} }`), "wasm_exec.js lacks what amphiwire.js needs: _a, _b"},
		{"all names, and no instance", script(`return class { static amphiwire = {missing: []} }`), "wasm_exec.js lacks what amphiwire.js needs: _inst"},
	} {
		t.Run(test.name, func(t *testing.T) {
			replaceGlobal(t, "Go", test.class)
			assert.Equal(t, test.want, whyNoBridge())
		})
	}
}

func TestAnotherVersionOfTheScriptIsNotUsed(t *testing.T) {
	bridge := lookUpBridge(t)
	bridge.Set("version", glueVersion+1)
	defer bridge.Set("version", glueVersion)
	_, why := lookForGlue()
	assert.Equal(t, "amphiwire.js has version 4 and the program needs 3", why)
}

func lookUpBridge(t *testing.T) js.Value {
	t.Helper()
	bridge, why := lookForGlue()
	require.Empty(t, why)
	return bridge
}

// addArrival lets messages come for a WebSocket -1 until the test ends.
func addArrival(t *testing.T, events WebSocketEvents) {
	a := &arrival{id: -1, events: events}
	arrivals.add(a)
	t.Cleanup(func() { arrivals.remove(a) })
}

// A page can call what a program exports, with anything.
func TestExportedFunctionsTakeAnything(t *testing.T) {
	assert.Nil(t, glueAccept(-1, 10, 0), "no such WebSocket")
	assert.Nil(t, glueMore(-1, 10, 10))
	glueDeliver(-1, 10)
	glueTurn(-1)

	r := newRecorder()
	addArrival(t, r)
	assert.Nil(t, glueAccept(-1, -1, 0), "a length that cannot be")
	assert.Nil(t, glueMore(-1, 0, 1), "nothing was accepted")
	glueDeliver(-1, 0)
	require.NotNil(t, glueAccept(-1, 4, 1))
	assert.Nil(t, glueMore(-1, 5, 1), "more than there was room for")
	assert.Nil(t, glueMore(-1, 2, -1))
	assert.Nil(t, glueMore(-1, -2, 3))
	glueDeliver(-1, 5)
	glueDeliver(-1, -1)
	assert.Empty(t, r.lines)
}

func TestATextThatNeedsMoreRoomKeepsItsBeginning(t *testing.T) {
	r := newRecorder()
	addArrival(t, r)
	at := glueAccept(-1, 2, 1)
	copy(unsafe.Slice((*byte)(at), 2), "ab")
	at = glueMore(-1, 2, 1)
	copy(unsafe.Slice((*byte)(at), 5)[2:], "é")
	glueDeliver(-1, 4)
	assert.Equal(t, "text abé", receive(t, r.lines))
}

func TestATextIsRefusedOnceItIsKnownToBeTooLong(t *testing.T) {
	r := newRecorder()
	r.refuse = func(atLeast int) bool { return atLeast > 4 }
	addArrival(t, r)
	require.NotNil(t, glueAccept(-1, 4, 1))
	assert.Nil(t, glueMore(-1, 3, 2))
	assert.Equal(t, "refused 5", receive(t, r.lines))
}
