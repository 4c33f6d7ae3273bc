//go:build !js

package pages

import (
	"encoding/json"
	"testing"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// testLeftPage shows that a server hears of a page that was left, or closed,
// which is the same to the page.
func testLeftPage(t *testing.T, s *stage, browser string) {
	out, code := s.host(t, nil, "-in", browser, s.resident, s.WS+"/ws/echo?id="+browser, "leave")
	require.NotZero(t, code)
	require.Contains(t, out, "the page went away")
	r := reportOf(t, s.WS+"/ws/report?id="+browser)
	assert.Equal(t, report{Code: 1001, Messages: 1}, r, "RFC 6455, section 7.4.1: an endpoint is going away")
}

// A report is how the server saw a connection end.
type report struct{ Code, Messages int }

// reportOf asks the server, which answers when the connection has ended.
func reportOf(t *testing.T, url string) (r report) {
	t.Helper()
	c, err := client.Connect(t.Context(), url, nil)
	require.NoError(t, err)
	defer c.Close()
	m, err := c.Receive(t.Context())
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(m.Data, &r))
	return r
}
