//go:build js

package browser

import "syscall/js"

// findGo returns the object of wasm_exec.js's class Go that runs this program,
// and null if it cannot be found: the names that begin with an underscore are
// private there.
//
// js.FuncOf returns what the object's _makeFuncWrapper does. While valueOf
// takes its place, that is the object itself.
func findGo() js.Value {
	object := js.Null()
	_ = try(func() {
		prototype := js.Global().Get("Go").Get("prototype")
		makeFuncWrapper := prototype.Get("_makeFuncWrapper")
		if makeFuncWrapper.Type() != js.TypeFunction {
			return
		}
		prototype.Set("_makeFuncWrapper", js.Global().Get("Object").Get("prototype").Get("valueOf"))
		f := js.FuncOf(func(js.Value, []js.Value) any { return nil })
		prototype.Set("_makeFuncWrapper", makeFuncWrapper)
		f.Release()
		if isGo(f.Value) {
			object = f.Value
		}
	})
	return object
}

// isGo reports whether v is such an object, and of a program that exports what
// this one does.
func isGo(v js.Value) bool {
	if v.Type() != js.TypeObject || v.Get("_resume").Type() != js.TypeFunction || v.Get("exited").Type() != js.TypeBoolean {
		return false
	}
	exports := goExports(v)
	return exports.Type() == js.TypeObject && exports.Get("mem").Type() == js.TypeObject && exports.Get("amphiwire_drain").Type() == js.TypeFunction
}

// goExports is what the program in a Go object exports, or undefined.
func goExports(object js.Value) js.Value {
	instance := object.Get("_inst")
	if instance.Type() != js.TypeObject {
		return js.Undefined()
	}
	return instance.Get("exports")
}
