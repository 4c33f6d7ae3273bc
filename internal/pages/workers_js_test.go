//go:build js

package pages

import (
	"net/url"
	"os"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// workerScript is the address of a script of testdata/workers, which runs the
// program resident.
func workerScript(t *testing.T, name string) string {
	if os.Getenv("AMPHIWIRE_WORKERS") == "" {
		t.Skip("the page that hosts this test is not that of testdata/workers")
	}
	return name + "?url=" + url.QueryEscape(ws("echo"))
}

// messages returns a channel of what target gets by its message events.
func messages(t *testing.T, target js.Value) <-chan string {
	ch := make(chan string, 10)
	f := js.FuncOf(func(_ js.Value, args []js.Value) any {
		ch <- args[0].Get("data").String()
		return nil
	})
	target.Set("onmessage", f)
	t.Cleanup(func() {
		target.Set("onmessage", js.Null())
		f.Release()
	})
	return ch
}

func TestInASharedWorker(t *testing.T) {
	script := workerScript(t, "shared.js")
	class := js.Global().Get("SharedWorker")
	require.True(t, class.Truthy(), "this engine has none")
	port := class.New(script).Get("port")
	assert.Equal(t, "echoed", next(t, messages(t, port)))
	port.Call("close")
}

func TestInAServiceWorker(t *testing.T) {
	script := workerScript(t, "service.js")
	container := js.Global().Get("navigator").Get("serviceWorker")
	require.True(t, container.Truthy(), "this engine has none")
	answers := messages(t, container)
	active := make(chan js.Value, 1)
	then := js.FuncOf(func(_ js.Value, args []js.Value) any {
		active <- args[0].Get("active")
		return nil
	})
	defer then.Release()
	container.Call("register", script)
	container.Get("ready").Call("then", then)
	worker := next(t, active)
	worker.Call("postMessage", "run")
	assert.Equal(t, "echoed", next(t, answers))
}
