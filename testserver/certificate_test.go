package testserver

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheCertificateIsGoodForThisMachine(t *testing.T) {
	cert, root, err := newCertificate()
	require.NoError(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(root)
	for _, host := range []string{"localhost", "127.0.0.1", "::1"} {
		_, err := cert.Leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: roots})
		assert.NoError(t, err, host)
	}
	_, err = cert.Leaf.Verify(x509.VerifyOptions{DNSName: "example.com", Roots: roots})
	assert.Error(t, err)
	assert.IsType(t, &ecdsa.PublicKey{}, cert.Leaf.PublicKey)
	assert.Greater(t, time.Until(cert.Leaf.NotAfter), 300*24*time.Hour)
	assert.Less(t, time.Until(cert.Leaf.NotAfter), 825*24*time.Hour)
	assert.True(t, cert.Leaf.NotBefore.Before(time.Now().Add(-time.Minute)), "clocks differ")
	assert.False(t, cert.Leaf.IsCA)
}

func TestEachServerHasARootOfItsOwn(t *testing.T) {
	_, a, err := newCertificate()
	require.NoError(t, err)
	_, b, err := newCertificate()
	require.NoError(t, err)
	assert.NotEqual(t, a.SerialNumber, b.SerialNumber)
}

func TestCertificatePEMIsTheRoot(t *testing.T) {
	s := NewTLS(t)
	block, rest := pem.Decode(s.CertificatePEM())
	require.NotNil(t, block)
	assert.Empty(t, rest)
	assert.Equal(t, s.root.Raw, block.Bytes)
	assert.Nil(t, New(t).CertificatePEM())
}
