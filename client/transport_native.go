//go:build !js

package client

import (
	"context"
	"time"

	"github.com/amphiwire/amphiwire/internal/transport"
	native "github.com/amphiwire/amphiwire/transport_native"
)

const defaultPing = 20 * time.Second

func dial(ctx context.Context, c *transport.Config, o *NativeOptions) (transport.Conn, error) {
	return native.Dial(ctx, c, &native.Options{
		Header:       o.Header,
		TLSConfig:    o.TLSConfig,
		DialContext:  o.DialContext,
		PingInterval: orDefault(o.PingInterval, defaultPing, 0),
		PingTimeout:  orDefault(o.PingTimeout, defaultPing, 0),
	})
}
