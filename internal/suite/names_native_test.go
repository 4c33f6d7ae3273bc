//go:build !js

package suite

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/client"
	"github.com/amphiwire/amphiwire/testserver"
)

// The types of the questions: RFC 1035, section 3.2.2, and RFC 3596, section 2.1.
const typeA, typeAAAA = 1, 28

// A name that stands for an address at which nobody is and for one at which the
// server is leads to the server: RFC 8305.
func TestANameOfTwoAddresses(t *testing.T) {
	s := testserver.New(t) // at 127.0.0.1 alone
	asked := make(chan uint16, 10)
	was := net.DefaultResolver
	t.Cleanup(func() { net.DefaultResolver = was })
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		go func() {
			defer far.Close()
			asked <- answerName(t, far)
		}()
		return near, nil
	}}
	address, err := url.Parse(s.WSURL())
	require.NoError(t, err)
	address.Host = "two.test:" + address.Port()
	echoOnce(t, address.String()+"/ws/echo", client.NativeOptions{Proxy: proxyTo(t, "")})
	assert.ElementsMatch(t, []uint16{typeA, typeAAAA}, []uint16{<-asked, <-asked})
}

// answerName answers one question on a stream with an address of this machine,
// and returns the question's type: RFC 1035, sections 4.1 and 4.2.2.
func answerName(t *testing.T, conn net.Conn) uint16 {
	var size [2]byte
	_, err := io.ReadFull(conn, size[:])
	assert.NoError(t, err)
	query := make([]byte, binary.BigEndian.Uint16(size[:]))
	_, err = io.ReadFull(conn, query)
	assert.NoError(t, err)
	question := query[12:]
	question = question[:bytes.IndexByte(question, 0)+5] // the name, its type and its class
	kind := binary.BigEndian.Uint16(question[len(question)-4:])
	address := []byte{127, 0, 0, 1}
	if kind == typeAAAA {
		address = net.IPv6loopback
	}
	reply := append(query[:2:2], 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0) // one question, one answer
	reply = append(reply, question...)
	reply = append(append(reply, 0xc0, 12), question[len(question)-4:]...) // the same name, type and class
	reply = append(reply, 0, 0, 0, 60, 0, byte(len(address)))
	reply = append(reply, address...)
	_, err = conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...))
	assert.NoError(t, err)
	return kind
}
