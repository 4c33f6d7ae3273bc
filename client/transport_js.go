//go:build js

package client

import (
	"context"

	"github.com/amphiwire/amphiwire/internal/transport"
	wasm "github.com/amphiwire/amphiwire/transport_wasm"
)

// whySlow is why messages do not travel by way of amphiwire.js, if so.
func whySlow() string { return wasm.Plain() }

func dial(ctx context.Context, c *transport.Config, _ *NativeOptions) (transport.Conn, error) {
	return wasm.Dial(ctx, c)
}
