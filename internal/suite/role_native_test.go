//go:build !js

package suite

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/amphiwire/amphiwire/client"
	"github.com/amphiwire/amphiwire/testserver"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A setup is what a case needs beyond frames.
type setup struct {
	// extensions is what this end's handshake says of extensions: an offer to
	// the server under test, an answer to the client under test.
	extensions string
	// window and noContext are what the client under test asks for.
	window    int
	noContext bool
}

// A role is one of the two sides that are under test.
type role struct {
	name string
	// open opens a connection to what is under test.
	open func(t *testing.T, s setup) *subject
}

// A subject is what is under test, at the other end of a wire.
type subject struct {
	*wire
	// ended returns the error with which the client under test ended, nil
	// for a server.
	ended func() error
}

// bothRoles runs f as subtests, for the server and the client under test.
func bothRoles(t *testing.T, f func(t *testing.T, r role)) {
	server := testserver.New(t)
	for _, r := range []role{
		{"server", func(t *testing.T, s setup) *subject { return openServer(t, server, s) }},
		{"client", openClient},
	} {
		t.Run(r.name, func(t *testing.T) { f(t, r) })
	}
}

// openServer connects to the companion server as a raw client.
func openServer(t *testing.T, server *testserver.Server, s setup) *subject {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(server.WSURL(), "ws://"))
	require.NoError(t, err)
	w := newWire(t, conn, true)
	request := "GET /ws/echo?compress=all HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
	if s.extensions != "" {
		request += "Sec-WebSocket-Extensions: " + s.extensions + "\r\n"
	}
	_, err = io.WriteString(conn, request+"\r\n")
	require.NoError(t, err)
	resp, err := http.ReadResponse(w.r, nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusSwitchingProtocols, resp.StatusCode)
	// The example of RFC 6455, section 1.3.
	require.Equal(t, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", resp.Header.Get("Sec-WebSocket-Accept"))
	w.agreed = resp.Header.Get("Sec-WebSocket-Extensions")
	return &subject{w, func() error { return nil }}
}

// openClient accepts a connection of the real client, which echoes.
func openClient(t *testing.T, s setup) *subject {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	end := make(chan error, 1)
	go func() { end <- echo(t, "ws://"+l.Addr().String()+"/", s) }()
	conn, err := l.Accept()
	require.NoError(t, err)
	w := newWire(t, conn, false)
	req, err := http.ReadRequest(w.r)
	require.NoError(t, err)
	w.agreed = req.Header.Get("Sec-WebSocket-Extensions")
	sum := sha1.Sum([]byte(req.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	response := "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Accept: " + base64.StdEncoding.EncodeToString(sum[:]) + "\r\n"
	if s.extensions != "" {
		response += "Sec-WebSocket-Extensions: " + s.extensions + "\r\n"
	}
	_, err = io.WriteString(conn, response+"\r\n")
	require.NoError(t, err)
	// The client is waited for even if the case has failed: by then the end of
	// the connection has reached it.
	var last error
	over := make(chan struct{})
	go func() { defer close(over); last = <-end }()
	t.Cleanup(func() { conn.Close(); <-over })
	return &subject{w, func() error { <-over; return last }}
}

// echo is the program under test: each message goes back until there is none. It
// has no limit, as such programs have. No ping of its own comes between: some
// cases take longer than PingInterval on a busy machine.
func echo(t *testing.T, url string, s setup) error {
	opts := &client.Options{MaxMessageSize: -1}
	opts.Native.CompressionThreshold, opts.Native.PingInterval = -1, -1
	opts.Native.MaxWindowBits, opts.Native.NoContextTakeover = s.window, s.noContext
	c, err := client.Connect(t.Context(), url, opts)
	if err != nil {
		return err
	}
	defer c.Close()
	var buf []byte
	for {
		m, err := c.ReceiveInto(t.Context(), buf)
		if err != nil {
			return err
		}
		// An error here says less than the one that Receive has.
		_ = c.Send(t.Context(), m)
		buf = m.Data
	}
}

func newWire(t *testing.T, conn net.Conn, client bool) *wire {
	t.Helper()
	t.Cleanup(func() { conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(patience)))
	return &wire{t: t, conn: conn.(*net.TCPConn), r: bufio.NewReaderSize(conn, 64<<10), client: client}
}

// finish requires the end of the connection, behind the last frame: no frame
// more, and TCP closed by the server first. RFC 6455, section 7.1.1: "the
// underlying TCP connection, in most normal cases, SHOULD be closed first by
// the server".
func (s *subject) finish() {
	s.t.Helper()
	if !s.client { // this end is the server
		s.shut()
	}
	f, ok := s.read()
	require.False(s.t, ok, "frame %#x with payload %.60q after the end", f.head, f.payload)
}

// wantError compares the error of a client under test with the code by which
// the connection was to be closed.
func (s *subject) wantError(code int, remote bool) {
	s.t.Helper()
	if s.client { // the server is under test
		return
	}
	err := s.ended()
	var closed *client.CloseError
	require.ErrorAs(s.t, err, &closed)
	assert.Equal(s.t, client.CloseCode(code), closed.Code)
	assert.Equal(s.t, remote, closed.Remote, "who closed")
	orderly := remote && (code == 1000 || code == 1001 || code == 1005)
	assert.Equal(s.t, orderly, errors.Is(err, io.EOF), "ends a stream as io.EOF does")
}
