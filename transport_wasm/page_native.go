//go:build !js

package wasm

// listen hears nothing: there is no page.
func listen(string, func()) (cancel func(), ok bool) { return nil, false }
