//go:build !js

package suite

import (
	"bufio"
	"bytes"
	"crypto/subtle"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The first bytes of frames (RFC 6455, section 5.2): FIN and the opcode. A
// part is a frame without FIN.
const (
	textFrame, binaryFrame, contFrame = 0x81, 0x82, 0x80
	textPart, binaryPart, contPart    = 0x01, 0x02, 0x00
	closeFrame, pingFrame, pongFrame  = 0x88, 0x89, 0x8a
	rsv1                              = 0x40
)

// A frame is one as it is sent, or as it has to come.
type frame struct {
	head    byte
	payload string
}

// patience is far more than any case takes, also on a busy machine.
const patience = time.Minute

// A wire is the raw end of a connection, whose other end is under test.
type wire struct {
	t      *testing.T
	conn   *net.TCPConn
	r      *bufio.Reader
	client bool // this end is the client, and has to mask
	// agreed is what the handshake said of extensions.
	agreed string
}

// encode makes a frame by RFC 6455, section 5.2. The masking key is that of
// the example in section 5.7.
func (w *wire) encode(f frame) []byte {
	bit, n := byte(0), len(f.payload)
	if w.client {
		bit = 0x80
	}
	var p []byte
	switch {
	case n < 126:
		p = []byte{f.head, bit | byte(n)}
	case n < 1<<16:
		p = binary.BigEndian.AppendUint16([]byte{f.head, bit | 126}, uint16(n))
	default:
		p = binary.BigEndian.AppendUint64([]byte{f.head, bit | 127}, uint64(n))
	}
	if !w.client {
		return append(p, f.payload...)
	}
	key := []byte{0x37, 0xfa, 0x21, 0x3d}
	return append(append(p, key...), mask(f.payload, key)...)
}

// mask is section 5.3: "Octet i of the transformed data ("transformed-octet-i")
// is the XOR of octet i of the original data ("original-octet-i") with octet at
// index i modulo 4 of the masking key".
func mask(payload string, key []byte) []byte {
	masked := make([]byte, len(payload))
	subtle.XORBytes(masked, []byte(payload), bytes.Repeat(key, len(payload)/4+1))
	return masked
}

// send writes frames in the background: the other end may have to be read
// meanwhile. A chop is the number of bytes in a write; 0 puts all frames in
// one, perFrame each in its own. The returned function waits for the end. An
// error is none of the case's: the other end may have closed first.
func (w *wire) send(frames []frame, chop int) (wait func()) {
	var pieces [][]byte
	var all []byte
	for _, f := range frames {
		p := w.encode(f)
		if chop == perFrame {
			pieces = append(pieces, p)
		} else {
			all = append(all, p...)
		}
	}
	for len(all) > 0 {
		n := len(all)
		if chop > 0 {
			n = min(n, chop)
		}
		pieces, all = append(pieces, all[:n]), all[n:]
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, p := range pieces {
			if _, err := w.conn.Write(p); err != nil {
				return
			}
		}
	}()
	return func() { <-done }
}

const perFrame = -1

// read reads one frame. ok is false at the end of the stream, which must not
// be inside a frame.
func (w *wire) read() (f frame, ok bool) {
	w.t.Helper()
	var head [14]byte
	if _, err := io.ReadFull(w.r, head[:1]); err == io.EOF {
		return frame{}, false
	} else {
		require.NoError(w.t, err, "waiting for a frame")
	}
	_, err := io.ReadFull(w.r, head[1:2])
	require.NoError(w.t, err)
	// Section 5.1: "a client MUST mask all frames that it sends to the server"
	// and "A server MUST NOT mask any frames that it sends to the client."
	require.Equal(w.t, !w.client, head[1]&0x80 != 0, "masked")
	size := uint64(head[1] & 0x7f)
	if more := map[uint64]int{126: 2, 127: 8}[size]; more > 0 {
		var wide [8]byte
		_, err := io.ReadFull(w.r, wide[8-more:])
		require.NoError(w.t, err)
		size = binary.BigEndian.Uint64(wide[:])
		// Section 5.2: "the minimal number of bytes MUST be used to encode the
		// length".
		require.Greater(w.t, size, map[int]uint64{2: 125, 8: 65535}[more], "length that would fit into less")
	}
	var key [4]byte
	if !w.client {
		_, err := io.ReadFull(w.r, key[:])
		require.NoError(w.t, err)
	}
	payload := make([]byte, size)
	_, err = io.ReadFull(w.r, payload)
	require.NoError(w.t, err)
	return frame{head[0], string(mask(string(payload), key[:]))}, true
}

// want reads a frame and compares it. The answer to a Close frame may leave
// its reason out: section 5.5.1 speaks of echoing "the status code" alone.
func (w *wire) want(f frame) {
	w.t.Helper()
	got, ok := w.read()
	require.True(w.t, ok, "TCP ended, want frame %#x", f.head)
	if f.head == closeFrame && len(got.payload) == 2 {
		f.payload = f.payload[:min(2, len(f.payload))]
	}
	require.Equal(w.t, f.head, got.head, "first byte, payload %.60q", got.payload)
	require.True(w.t, f.payload == got.payload, "payload %.60q of %d bytes, want %.60q of %d",
		got.payload, len(got.payload), f.payload, len(f.payload))
}

// shut closes this end's direction, as a server does last, or first.
func (w *wire) shut() { require.NoError(w.t, w.conn.CloseWrite()) }

// code returns the payload of a Close frame.
func code(n int, reason string) string { return string([]byte{byte(n >> 8), byte(n)}) + reason }

func stars(n int) string { return strings.Repeat("*", n) }
