//go:build js

package browser

import (
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatIsDispatchedIsHeard(t *testing.T) {
	target := script(`return new EventTarget()`)
	for _, method := range []string{"addEventListener", "removeEventListener", "dispatchEvent"} {
		replaceGlobal(t, method, bind(target, method))
	}
	heard := 0
	cancel, ok := Listen(func(string) { heard++ }, "online")
	require.True(t, ok)
	defer cancel()
	assert.True(t, Dispatch("online"))
	assert.True(t, Dispatch("offline"))
	assert.Equal(t, 1, heard)
}

func TestNothingIsDispatchedWhereNothingIsHeard(t *testing.T) {
	replaceGlobal(t, "dispatchEvent", js.Undefined())
	assert.False(t, Dispatch("online"))
}

// needsNoPage skips a test that needs a document of its own: a page's cannot be
// replaced.
func needsNoPage(t *testing.T) {
	t.Helper()
	if js.Global().Get("document").Truthy() {
		t.Skip("this is a page")
	}
}

func TestAPageIsHiddenAndShown(t *testing.T) {
	needsNoPage(t)
	document := script(`
		const d = new EventTarget();
		d.seen = "";
		d.addEventListener("visibilitychange", () => { d.seen += d.visibilityState + " "; });
		return d;`)
	replaceGlobal(t, "document", document)
	show, ok := Hide()
	assert.True(t, ok)
	assert.Equal(t, "hidden ", document.Get("seen").String())
	show()
	assert.Equal(t, "hidden visible ", document.Get("seen").String())
}

func TestThereMayBeNoPageToHide(t *testing.T) {
	needsNoPage(t)
	replaceGlobal(t, "document", js.Undefined())
	show, ok := Hide()
	assert.False(t, ok)
	show()
}

func TestAnEventSourceIsPretended(t *testing.T) {
	old := js.Global().Get("EventSource")
	tell, restore := PretendEventSource()
	heard := &sourceRecorder{lines: make(chan string, 9)}
	s, err := NewEventSource("http://nowhere.invalid/", false, []string{"a"}, heard)
	require.NoError(t, err)
	assert.Equal(t, "open", receive(t, heard.lines))
	assert.True(t, tell("a", "x"))
	assert.Equal(t, `event a "x" `, receive(t, heard.lines))
	s.Close()
	assert.False(t, tell("a", "y"))
	assert.Empty(t, heard.lines)
	restore()
	assert.True(t, js.Global().Get("EventSource").Equal(old))
}
