//go:build !js

package suite

import (
	"bytes"
	"compress/flate"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// A codec is permessage-deflate at the raw end, made with the standard library
// alone (RFC 7692, section 7.2). It has one context in each direction.
type codec struct {
	t *testing.T
	// sendAlone and receiveAlone: no context is taken over.
	sendAlone, receiveAlone bool
	// sendWindow and receiveWindow are the sizes of the windows in bytes.
	sendWindow, receiveWindow int

	out     bytes.Buffer
	deflate *flate.Writer
	history []byte // what has been received
}

// pack compresses a message. The standard library's window is 32 KiB; a smaller
// one is kept by starting anew before a reference could reach further back.
func (c *codec) pack(data string) string {
	c.out.Reset()
	if c.deflate == nil {
		c.deflate, _ = flate.NewWriter(&c.out, flate.BestSpeed)
	} else if c.sendAlone || c.sendWindow < 1<<15 {
		c.deflate.Reset(&c.out)
	}
	for len(data) > c.sendWindow && c.sendWindow < 1<<15 {
		c.write(data[:c.sendWindow])
		data = data[c.sendWindow:]
		c.deflate.Reset(&c.out)
	}
	c.write(data)
	// "Remove 4 octets (that are 0x00 0x00 0xff 0xff) from the tail end."
	tail := c.out.Bytes()[c.out.Len()-4:]
	require.Equal(c.t, []byte{0, 0, 0xff, 0xff}, tail)
	return string(c.out.Bytes()[:c.out.Len()-4])
}

func (c *codec) write(data string) {
	_, err := io.WriteString(c.deflate, data)
	require.NoError(c.t, err)
	require.NoError(c.t, c.deflate.Flush())
}

// unpack restores a message with no more history than was agreed on, so that a
// reference to what is further back shows. The block after the tail tells the
// library that it is complete: it has the bit BFINAL.
func (c *codec) unpack(payload string) string {
	c.t.Helper()
	if c.receiveAlone {
		c.history = nil
	}
	r := flate.NewReaderDict(bytes.NewReader([]byte(payload+"\x00\x00\xff\xff\x01\x00\x00\xff\xff")), c.history)
	data, err := io.ReadAll(r)
	require.NoError(c.t, err, "inflating")
	c.history = append(c.history, data...)
	c.history = append([]byte(nil), c.history[max(0, len(c.history)-c.receiveWindow):]...)
	return string(data)
}
