package testserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"time"
)

// lifetime is how long a certificate is good for. Some systems refuse those
// of more than 825 days, also from a root that was added by hand.
const lifetime = 365 * 24 * time.Hour

// newCertificate makes a root and a certificate for this machine that it has
// signed. The root's key is forgotten at once: a root that somebody trusts
// for a test can never sign anything else.
func newCertificate() (*tls.Certificate, *x509.Certificate, error) {
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	template := newTemplate("Amphiwire companion server root", 1)
	template.IsCA, template.BasicConstraintsValid = true, true
	template.KeyUsage = x509.KeyUsageCertSign
	root, err := sign(template, template, &rootKey.PublicKey, rootKey)
	if err != nil {
		return nil, nil, err
	}
	leaf, err := newLeaf(root, rootKey)
	return leaf, root, err
}

// newLeaf makes the server's own certificate. Names must be among its
// alternative names: clients no longer look at the common name (RFC 9525,
// section 2).
func newLeaf(root *x509.Certificate, rootKey *ecdsa.PrivateKey) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := newTemplate("Amphiwire companion server", 2)
	template.DNSNames = []string{"localhost"}
	template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	leaf, err := sign(template, root, &key.PublicKey, rootKey)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{leaf.Raw, root.Raw}, PrivateKey: key, Leaf: leaf}, nil
}

// newTemplate starts an hour ago: clocks differ.
func newTemplate(name string, serial int64) *x509.Certificate {
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()<<2 | serial),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(lifetime),
	}
}

// sign makes a certificate for key, signed by the parent's key, and reads it
// back: what is served has been through the encoder.
func sign(template, parent *x509.Certificate, key *ecdsa.PublicKey, by *ecdsa.PrivateKey) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key, by)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}
