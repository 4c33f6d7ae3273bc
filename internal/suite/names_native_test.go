//go:build !js

package suite

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/amphiwire/amphiwire/client"
	"github.com/amphiwire/amphiwire/testserver"
)

// A name that stands for an address at which nobody is and for one at which the
// server is leads to the server: RFC 8305.
func TestANameOfTwoAddresses(t *testing.T) {
	s := testserver.New(t) // at 127.0.0.1 alone
	asked := make(chan dnsmessage.Type, 10)
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
	assert.ElementsMatch(t, []dnsmessage.Type{dnsmessage.TypeA, dnsmessage.TypeAAAA}, []dnsmessage.Type{<-asked, <-asked})
}

// answerName answers one question on a stream (RFC 1035, section 4.2.2) with an
// address of this machine.
func answerName(t *testing.T, conn net.Conn) dnsmessage.Type {
	var size [2]byte
	_, err := io.ReadFull(conn, size[:])
	assert.NoError(t, err)
	packed := make([]byte, binary.BigEndian.Uint16(size[:]))
	_, err = io.ReadFull(conn, packed)
	assert.NoError(t, err)
	var m dnsmessage.Message
	assert.NoError(t, m.Unpack(packed))
	question := m.Questions[0]
	var address dnsmessage.ResourceBody = &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}}
	if question.Type == dnsmessage.TypeAAAA {
		address = &dnsmessage.AAAAResource{AAAA: [16]byte(net.IPv6loopback)}
	}
	m.Response, m.Additionals = true, nil
	m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: question.Name, Class: dnsmessage.ClassINET, TTL: 60}, Body: address}}
	packed, err = m.AppendPack(make([]byte, 2))
	assert.NoError(t, err)
	binary.BigEndian.PutUint16(packed, uint16(len(packed)-2))
	_, err = conn.Write(packed)
	assert.NoError(t, err)
	return question.Type
}
