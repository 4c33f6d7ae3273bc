//go:build js

package wasm

import "github.com/amphiwire/amphiwire/internal/browser"

func newSocket(url string, protocols []string, e events) (socket, error) {
	s, err := browser.NewWebSocket(url, protocols, e)
	if err != nil {
		return nil, err // not s: a nil pointer in an interface is not nil
	}
	return s, nil
}
