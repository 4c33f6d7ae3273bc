//go:build !js

package client

import (
	"crypto/tls"
	"errors"
)

// untrusted reports whether the server's certificate could not be verified.
func untrusted(err error) bool {
	var failed *tls.CertificateVerificationError
	return errors.As(err, &failed)
}
