//go:build !js

package wasm

import "testing"

func TestThereIsNoPageOutsideJavaScript(t *testing.T) {
	stop := WatchPage(func(event string) { t.Error("heard " + event) })
	stop()
}
