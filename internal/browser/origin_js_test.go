//go:build js

package browser

import (
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCrossOrigin(t *testing.T) {
	if js.Global().Get("location").IsUndefined() {
		assert.False(t, CrossOrigin("http://a.test/"), "there is no page")
		replaceGlobal(t, "location", map[string]any{"origin": "http://a.test"})
		assert.False(t, CrossOrigin("http://A.test:80/b?c"))
		assert.True(t, CrossOrigin("https://a.test/"))
	}
	own := js.Global().Get("location").Get("origin").String()
	assert.False(t, CrossOrigin(own+"/b?c"))
	assert.True(t, CrossOrigin("http://elsewhere.test/"))
	assert.False(t, CrossOrigin("http://["))
}
