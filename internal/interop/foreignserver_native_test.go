//go:build !js

package interop

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A server is where to reach a WebSocket server: a URL without a path.
type server string

// url is that of a route, with a query of keys and values in turn. A key
// without a value is set.
func (s server) url(route string, query ...string) string {
	q := url.Values{}
	for i := 0; i < len(query); i += 2 {
		q.Set(query[i], query[i+1])
	}
	return string(s) + route + "?" + q.Encode()
}

// dial connects to a route, and closes the connection when t ends. Messages may
// be as large as the largest payload unless opts has another limit.
func (s server) dial(t *testing.T, opts client.Options, route string, query ...string) *client.Conn {
	t.Helper()
	if opts.MaxMessageSize == 0 {
		opts.MaxMessageSize = largest
	}
	c, err := client.Connect(row(t), s.url(route, query...), &opts)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() }) // most rows have closed it and looked at the error
	return c
}

// lastID makes names of connections.
var lastID atomic.Int64

func newID() string { return strconv.FormatInt(lastID.Add(1), 10) }

// A report is what a foreign server says of a connection.
type report struct {
	Code       int
	Reason     string
	Extensions string // what it answered to the offer
	Read       int64  // bytes of TCP, with the handshake
}

func (s server) report(t *testing.T, id string) (r report) {
	t.Helper()
	c := s.dial(t, client.Options{}, "/report", "id", id)
	require.NoError(t, json.Unmarshal([]byte(receiveText(t, c)), &r))
	return r
}

func send(t *testing.T, c *client.Conn, m client.Message) {
	t.Helper()
	require.NoError(t, c.Send(row(t), m))
}

func receiveText(t *testing.T, c *client.Conn) string {
	t.Helper()
	m, err := c.Receive(row(t))
	require.NoError(t, err)
	require.Equal(t, client.TextMessage, m.Type)
	return string(m.Data)
}

// end receives until the connection has ended, and returns why.
func end(t *testing.T, c *client.Conn) (texts []string, err error) {
	t.Helper()
	for {
		m, err := c.Receive(row(t))
		if err != nil {
			return texts, err
		}
		texts = append(texts, string(m.Data))
	}
}

// closed wants the connection to have been ended by the peer with a code.
func closed(t *testing.T, err error) *client.CloseError {
	t.Helper()
	var e *client.CloseError
	require.ErrorAs(t, err, &e)
	assert.True(t, e.Remote, "%v", err)
	return e
}

// echoes wants every payload back, each in a row of its own.
func echoes(t *testing.T, c *client.Conn, list []payload) {
	t.Helper()
	for _, p := range list {
		t.Run(p.String(), func(t *testing.T) { echoOne(t, c, p) })
	}
}

func echoOne(t *testing.T, c *client.Conn, p payload) {
	t.Helper()
	want := p.message()
	send(t, c, want)
	got, err := c.Receive(row(t))
	require.NoError(t, err)
	assert.Equal(t, want.Type, got.Type)
	require.Len(t, got.Data, len(want.Data))
	assert.True(t, bytes.Equal(want.Data, got.Data), "the bytes differ")
}

// parameters are those of permessage-deflate in any order.
func parameters(extensions string) []string {
	list := strings.FieldsFunc(extensions, func(r rune) bool { return r == ';' || r == ' ' })
	slices.Sort(list)
	return list
}

// A meter counts the bytes that arrive on the connections that it dials.
type meter struct {
	net.Dialer
	read atomic.Int64
}

func (m *meter) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	c, err := m.DialContext(ctx, network, addr)
	return &metered{c, m}, err
}

type metered struct {
	net.Conn
	meter *meter
}

func (c *metered) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.meter.read.Add(int64(n))
	return n, err
}
