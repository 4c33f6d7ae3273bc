//go:build !js

package wasm

// listen hears nothing: there is no page.
func listen(func(string), ...string) (cancel func(), ok bool) { return func() {}, false }
