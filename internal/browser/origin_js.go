//go:build js

package browser

import "syscall/js"

// CrossOrigin reports whether url is of another origin than the page, or the
// Worker, that this program runs in. Node has neither.
func CrossOrigin(url string) (cross bool) {
	location := js.Global().Get("location")
	if location.Type() != js.TypeObject {
		return false
	}
	_ = try(func() { // a URL that is none is of no origin
		cross = text(js.Global().Get("URL").New(url).Get("origin")) != text(location.Get("origin"))
	})
	return cross
}
