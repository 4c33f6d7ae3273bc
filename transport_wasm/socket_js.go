//go:build js

package wasm

import "github.com/amphiwire/amphiwire/internal/browser"

// plain is why messages do not travel by way of amphiwire.js, if so.
func plain() string { return browser.Plain() }

func newSocket(url string, protocols []string, e events) (socket, error) {
	s, err := browser.NewWebSocket(url, protocols, e)
	if err != nil {
		return nil, err // not s: a nil pointer in an interface is not nil
	}
	return s, nil
}
