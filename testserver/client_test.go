package testserver

import (
	"bufio"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The key and its answer are the example of RFC 6455, section 1.3.
const (
	sampleKey    = "dGhlIHNhbXBsZSBub25jZQ=="
	sampleAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
)

// The first byte of a frame (RFC 6455, section 5.2): FIN and the opcode.
const (
	fin       = 0x80
	contFrame = 0x0
	textFrame = 0x1
	binFrame  = 0x2
	closing   = fin | 0x8
	ping      = fin | 0x9
	pong      = fin | 0xA
	text      = fin | textFrame
	binary1   = fin | binFrame
)

// A client speaks RFC 6455 with nothing of this repository: it is written from
// the text, for tests that must not share a bug with the server.
type client struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
}

// connect opens a TCP or TLS connection that lasts as long as the test.
func connect(t *testing.T, s *Server) *client {
	t.Helper()
	conn, err := net.Dial("tcp", s.host())
	require.NoError(t, err)
	if config := s.TLSConfig(); config != nil {
		config.ServerName = "127.0.0.1"
		conn = tls.Client(conn, config)
	}
	t.Cleanup(func() { conn.Close() })
	// No test waits so long; one that hangs is to say where.
	require.NoError(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	return &client{t, conn, bufio.NewReader(conn)}
}

// handshake returns a request with fields in addition to those that RFC 6455,
// section 4.1 requires.
func handshakeRequest(target string, fields ...string) string {
	lines := append([]string{
		"GET " + target + " HTTP/1.1", "Host: server.example.com", "Upgrade: websocket", "Connection: Upgrade",
		"Sec-WebSocket-Key: " + sampleKey, "Sec-WebSocket-Version: 13",
	}, fields...)
	return strings.Join(lines, "\r\n") + "\r\n\r\n"
}

// open performs the handshake on a new connection.
func open(t *testing.T, s *Server, target string, fields ...string) *client {
	t.Helper()
	c := connect(t, s)
	c.write(handshakeRequest(target, fields...))
	status, header := c.head()
	require.Equal(t, "HTTP/1.1 101 Switching Protocols", status)
	require.Equal(t, sampleAccept, header.Get("Sec-WebSocket-Accept"))
	return c
}

// head reads the response up to the blank line.
func (c *client) head() (status string, header http.Header) {
	c.t.Helper()
	r := textproto.NewReader(c.r)
	status, err := r.ReadLine()
	require.NoError(c.t, err)
	fields, err := r.ReadMIMEHeader()
	require.NoError(c.t, err)
	return status, http.Header(fields)
}

func (c *client) write(raw string) {
	c.t.Helper()
	_, err := io.WriteString(c.conn, raw)
	require.NoError(c.t, err)
}

// masked returns a frame as a client must send it, with the masking key of
// the example in section 5.7.
func masked(first byte, payload string) string {
	key := []byte{0x37, 0xfa, 0x21, 0x3d}
	frame := []byte{first}
	switch n := len(payload); {
	case n < 126:
		frame = append(frame, 0x80|byte(n))
	case n < 1<<16:
		frame = binary.BigEndian.AppendUint16(append(frame, 0x80|126), uint16(n))
	default:
		frame = binary.BigEndian.AppendUint64(append(frame, 0x80|127), uint64(n))
	}
	frame = append(frame, key...)
	for i := range len(payload) {
		frame = append(frame, payload[i]^key[i%4])
	}
	return string(frame)
}

// send sends one frame.
func (c *client) send(first byte, payload string) {
	c.t.Helper()
	c.write(masked(first, payload))
}

// read reads one frame, which a server must not mask.
func (c *client) read() (first byte, payload string) {
	c.t.Helper()
	head := make([]byte, 2, 10)
	_, err := io.ReadFull(c.r, head)
	require.NoError(c.t, err, "no frame")
	require.Zero(c.t, head[1]&0x80, "a frame from the server is masked")
	size := uint64(head[1])
	if more := map[uint64]int{126: 2, 127: 8}[size]; more > 0 {
		rest := make([]byte, 8)
		_, err := io.ReadFull(c.r, rest[8-more:])
		require.NoError(c.t, err)
		size = binary.BigEndian.Uint64(rest)
	}
	data := make([]byte, size)
	_, err = io.ReadFull(c.r, data)
	require.NoError(c.t, err)
	return head[0], string(data)
}

// want reads a frame and compares it.
func (c *client) want(first byte, payload string) {
	c.t.Helper()
	gotFirst, got := c.read()
	require.Equal(c.t, first, gotFirst, "first byte of the frame with payload %.40q", got)
	require.True(c.t, payload == got, "payload %.40q of %d bytes, want %.40q of %d", got, len(got), payload, len(payload))
}

// wantClose reads a Close frame and then the end of the connection: after the
// Close frames the server closes TCP first. It returns the reason.
func (c *client) wantClose(code int) (reason string) {
	c.t.Helper()
	first, payload := c.read()
	require.Equal(c.t, byte(closing), first, "frame with payload %.40q", payload)
	if code == 1005 {
		require.Empty(c.t, payload)
	} else {
		require.GreaterOrEqual(c.t, len(payload), 2)
		require.Equal(c.t, code, int(binary.BigEndian.Uint16([]byte(payload))))
		reason = payload[2:]
	}
	return reason
}

// wantEnd reads the end of what the server sends.
func (c *client) wantEnd() {
	c.t.Helper()
	_, err := c.r.ReadByte()
	require.ErrorIs(c.t, err, io.EOF)
	require.NoError(c.t, c.conn.Close())
}

// code returns the payload of a Close frame.
func code(n int, reason string) string { return string([]byte{byte(n >> 8), byte(n)}) + reason }

// close performs the closing handshake that the client begins.
func (c *client) close() {
	c.t.Helper()
	c.send(closing, code(1000, ""))
	c.wantClose(1000)
	c.wantEnd()
}
