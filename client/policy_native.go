//go:build !js

package client

import (
	"crypto/tls"
	"errors"
	"time"

	"github.com/amphiwire/amphiwire/internal/retry"
)

// untrusted reports whether the server's certificate could not be verified.
func untrusted(err error) bool {
	var failed *tls.CertificateVerificationError
	return errors.As(err, &failed)
}

// retryAfter is how long the server's answer asks to wait, 0 if it does not, or
// there was none.
func retryAfter(err error, now time.Duration) time.Duration {
	var refused *ConnectError
	if !errors.As(err, &refused) {
		return 0
	}
	return retry.After(refused.Header, time.Unix(0, int64(now)))
}
