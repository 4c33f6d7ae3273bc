//go:build !js

package suite

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/client"
	"github.com/amphiwire/amphiwire/testserver"
)

// What is wrong with a certificate can be told apart.
func TestACertificateThatIsNotTrusted(t *testing.T) {
	s := testserver.NewTLS(t)
	late, strange := s.TLSConfig(), s.TLSConfig()
	late.Time = func() time.Time { return time.Now().Add(10 * 365 * 24 * time.Hour) }
	strange.ServerName = "host.test"
	for name, c := range map[string]struct {
		config *tls.Config
		is     any
	}{
		"by an authority that is not known": {testserver.NewTLS(t).TLSConfig(), new(x509.UnknownAuthorityError)},
		"for another host":                  {strange, new(x509.HostnameError)},
		"that has expired":                  {late, new(x509.CertificateInvalidError)},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := client.Connect(t.Context(), s.WSURL()+"/ws/echo", &client.Options{Native: client.NativeOptions{TLSConfig: c.config}})
			var failed *client.ConnectError
			require.ErrorAs(t, err, &failed)
			assert.Zero(t, failed.StatusCode)
			assert.True(t, errors.As(err, c.is), "%v", err)
		})
	}
}

// A Conn that would try again and again does not try a server that is not
// trusted: that another dial meets the right one is not likely, and whoever
// sits in between is to get no second chance.
func TestReconnectEndsAtACertificateThatIsNotTrusted(t *testing.T) {
	trusted, other := testserver.NewTLS(t), testserver.NewTLS(t)
	var dials atomic.Int32
	end := make(chan client.StateChange, 1)
	c, err := client.Connect(t.Context(), trusted.WSURL()+"/ws/echo", &client.Options{
		Reconnect: &client.Reconnect{FirstDelay: -1},
		OnState: func(change client.StateChange) {
			if change.To == client.Closed {
				end <- change
			}
		},
		Native: client.NativeOptions{
			TLSConfig: trusted.TLSConfig(),
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				if dials.Add(1) > 1 {
					addr = other.WSURL()[len("wss://"):]
				}
				return new(net.Dialer).DialContext(ctx, network, addr)
			},
		},
	})
	require.NoError(t, err)
	defer c.Close()
	trusted.DropAll()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, err = c.Receive(ctx)
	var failed *client.ConnectError
	require.ErrorAs(t, err, &failed)
	assert.ErrorAs(t, err, new(x509.UnknownAuthorityError))
	assert.ErrorAs(t, (<-end).Err, new(x509.UnknownAuthorityError))
	assert.Equal(t, client.Closed, c.State())
	assert.EqualValues(t, 2, dials.Load(), "one dial met it, and none came after")
}
