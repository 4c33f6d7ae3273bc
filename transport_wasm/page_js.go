//go:build js

package wasm

import "github.com/amphiwire/amphiwire/internal/browser"

func listen(f func(event string), events ...string) (cancel func(), ok bool) {
	return browser.Listen(f, events...)
}
