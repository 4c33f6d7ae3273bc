//go:build !js

package client

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// A browser hides the answer, and with it what it asks for.
func TestWhatTheAnswerAsksFor(t *testing.T) {
	p := aPolicy(&Options{})
	for range 100 {
		d, _ := p.next(answered(503, "Retry-After", "100"))
		assert.GreaterOrEqual(t, d, 100*time.Second)
		assert.LessOrEqual(t, d, 125*time.Second)
	}
}

// Of what TLS says, only that the server is not who it should be is final.
func TestWhichTLSErrorsAreTerminal(t *testing.T) {
	for _, row := range []struct {
		err  error
		want bool
	}{
		{&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, false},
		{fmt.Errorf("proxy https://p.test: %w", &tls.CertificateVerificationError{Err: x509.HostnameError{}}), false},
		{tls.RecordHeaderError{Msg: "no TLS"}, true},
		{tls.AlertError(80), true},
		{io.ErrUnexpectedEOF, true},
	} {
		assert.Equal(t, row.want, goesOn(aPolicy(&Options{}), connectError("wss://h", row.err)), row.err)
	}
}
