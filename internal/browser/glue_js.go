//go:build js

package browser

import (
	"strconv"
	"syscall/js"
)

// glueVersion is what this package and amphiwire.js have to agree on: how they
// call each other.
const glueVersion = 3

// glue is the bridge that amphiwire.js made for this program, or why there is
// none. It is looked for once: the script is loaded before the program starts.
var glue struct {
	looked bool
	bridge js.Value
	why    string
}

// Plain returns why messages do not travel by way of amphiwire.js, as a phrase
// for people, and "" if they do.
func Plain() string {
	_, why := findGlue()
	return why
}

// findGlue returns the bridge, or why there is none.
func findGlue() (bridge js.Value, why string) {
	if !glue.looked {
		glue.bridge, glue.why = lookForGlue()
		glue.looked = true
	}
	return glue.bridge, glue.why
}

// lookForGlue asks a function that Go has made: amphiwire.js gave it the
// bridge of the program that made it.
func lookForGlue() (bridge js.Value, why string) {
	f := js.FuncOf(func(js.Value, []js.Value) any { return nil })
	defer f.Release()
	bridge = f.Value.Get("amphiwire")
	if bridge.Type() == js.TypeObject {
		if v := number(bridge.Get("version")); v != glueVersion {
			return bridge, "amphiwire.js has version " + strconv.Itoa(v) + " and the program needs " + strconv.Itoa(glueVersion)
		}
		return bridge, ""
	}
	return bridge, whyNoBridge()
}

// whyNoBridge is what amphiwire.js says of the wasm_exec.js that it found.
func whyNoBridge() string {
	class := js.Global().Get("Go")
	if class.Type() != js.TypeFunction || class.Get("amphiwire").Type() != js.TypeObject {
		return "amphiwire.js was not loaded between wasm_exec.js and the start of the program"
	}
	names := class.Get("amphiwire").Get("missing").Call("join", ", ").String()
	if names == "" {
		names = "_inst"
	}
	return "wasm_exec.js lacks what amphiwire.js needs: " + names
}
