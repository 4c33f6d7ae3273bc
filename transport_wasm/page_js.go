//go:build js

package wasm

import "github.com/amphiwire/amphiwire/internal/browser"

func listen(event string, f func()) (cancel func(), ok bool) { return browser.Listen(event, f) }
