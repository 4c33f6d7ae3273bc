package main

import "syscall/js"

// What every program for a browser has: a call out, and one back in.
func main() {
	f := js.FuncOf(func(js.Value, []js.Value) any { return nil })
	js.Global().Call("setTimeout", f, 0)
}
