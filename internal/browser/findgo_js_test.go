//go:build js

package browser

import (
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheGoObjectIsFound(t *testing.T) {
	wrapper := js.Global().Get("Go").Get("prototype").Get("_makeFuncWrapper")
	object := findGo()
	require.Equal(t, js.TypeObject, object.Type())
	assert.True(t, object.InstanceOf(js.Global().Get("Go")))
	assert.True(t, wrapper.Equal(js.Global().Get("Go").Get("prototype").Get("_makeFuncWrapper")), "what was changed is as before")
	wantFuncsToWork(t)
}

func TestAnObjectThatIsNotLikeWasmExecsIsNotUsed(t *testing.T) {
	for what, class := range map[string]any{
		"no class":              js.Undefined(),
		"a class of another":    script(`return class {}`),
		"one with such a name":  script(`return class { _makeFuncWrapper() { return {} } }`),
		"one without prototype": script(`return () => {}`),
	} {
		t.Run(what, func(t *testing.T) {
			replaceGlobal(t, "Go", class)
			assert.True(t, findGo().IsNull())
			wantFuncsToWork(t)
		})
	}
	for what, body := range map[string]string{
		"a function":       `return () => {}`,
		"nothing":          `return {}`,
		"no instance":      `return {_resume() {}, exited: false}`,
		"no memory":        `return {_resume() {}, exited: false, _inst: {exports: {amphiwire_drain() {}}}}`,
		"no such export":   `return {_resume() {}, exited: false, _inst: {exports: {mem: {}}}}`,
		"no word of exits": `return {_resume() {}, _inst: {exports: {mem: {}, amphiwire_drain() {}}}}`,
	} {
		assert.False(t, isGo(script(body)), what)
	}
}

func TestAClassThatCannotBeChangedIsLeftAlone(t *testing.T) {
	prototype := js.Global().Get("Go").Get("prototype")
	descriptor := func(writable bool) map[string]any {
		return map[string]any{"writable": writable}
	}
	define := bind(js.Global().Get("Object"), "defineProperty", prototype, "_makeFuncWrapper")
	define.Invoke(descriptor(false))
	defer define.Invoke(descriptor(true))
	assert.True(t, findGo().IsNull())
	wantFuncsToWork(t)
}

func wantFuncsToWork(t *testing.T) {
	t.Helper()
	f := js.FuncOf(func(js.Value, []js.Value) any { return "works" })
	defer f.Release()
	assert.Equal(t, "works", f.Value.Invoke().String())
}
