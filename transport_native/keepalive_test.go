package native

import (
	"time"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// keepalivePeriods sets Options.PingInterval and PingTimeout.
func keepalivePeriods(interval, timeout time.Duration) setting {
	return func(_ *transport.Config, o *Options) { o.PingInterval, o.PingTimeout = interval, timeout }
}
