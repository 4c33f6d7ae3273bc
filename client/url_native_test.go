//go:build !js

package client

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func noDial(context.Context, string, string) (net.Conn, error) { return nil, io.ErrClosedPipe }

func noProxy(*http.Request) (*url.URL, error) { return nil, nil }

// Whatever is wrong with a URL, its secrets stay out of the error.
func TestNoErrorHoldsASecret(t *testing.T) {
	for _, url := range []string{
		"ws://user:secret@host.test:port/?q=secret", "ws://user:secret@/?secret", "ftp://user:secret@host.test/?secret",
		"ws://host.test/?t=secret%zz", "ws://host.test/?t=secret\n", "ws://host.test/#secret", "ws://user:sec%zzret@host.test/",
		"ws://user:secret/@host.test/", "ws://user:secret@ho^st.test/?secret", "ws://user:secret?@host.test/", "ws://user:secret#@host.test/",
		"ws://host.test/%2?secret", "user:secret@host.test", "ws://user:secret[@host.test/", "ws://[::1?secret", "ws://user:secret",
	} {
		_, err := Connect(t.Context(), url, &Options{Native: NativeOptions{DialContext: noDial, Proxy: noProxy}})
		var failed *ConnectError
		require.ErrorAs(t, err, &failed, url)
		assert.NotContains(t, err.Error(), "secret", url)
		assert.NotContains(t, failed.URL, "secret", url)
		assert.Contains(t, err.Error(), "client: connect ")
		assert.False(t, strings.Contains(err.Error(), "\n"), "one line")
	}
}
