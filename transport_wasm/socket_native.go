//go:build !js

package wasm

import "errors"

func plain() string { return "" }

func newSocket(string, []string, events) (socket, error) {
	return nil, &platformError{text: "a WebSocket of the platform exists only under GOOS=js", err: &errors.ErrUnsupported}
}
