//go:build js

package client

import wasm "github.com/amphiwire/amphiwire/transport_wasm"

func watchPage(f func(event string)) (stop func()) { return wasm.WatchPage(f) }
