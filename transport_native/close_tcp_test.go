package native

import (
	"io"
	"net"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// A TCP connection that is closed while bytes wait to be read is reset, and the
// peer's kernel may then throw away a Close frame that the peer has not read.
func TestTheCloseFrameIsNotLostInAReset(t *testing.T) {
	flood := make([]byte, 8<<20)
	for name, row := range map[string]struct {
		first []byte
		end   func(c *Conn)
		code  uint16
	}{
		"after a violation":                        {raw(0x83, 0), func(c *Conn) { c.Receive(t.Context(), nil) }, 1002},
		"after a message too big":                  {raw(0x82, 127, 0, 0, 0, 1, 0, 0, 0, 0), func(c *Conn) { c.Receive(t.Context(), nil) }, 1009},
		"of a Close that a violation follows":      {nil, func(c *Conn) { c.Close(1001, "") }, 1001},
		"of a Close that a large message precedes": {frame(rfc6455.OpBinary, true, string(flood)), func(c *Conn) { c.Close(1001, "") }, 1001},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			defer l.Close()
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				server, err := l.Accept()
				if !assert.NoError(t, err) {
					return
				}
				defer server.Close()
				assert.NoError(t, answerHandshake(server))
				// More than all buffers hold: it is written only if it is read.
				_, err = server.Write(append(row.first, append(raw(0x83), flood...)...))
				assert.NoError(t, err, "the client goes on to read")
				rd := reader{nc: server, rx: rfc6455.Receiver{Role: rfc6455.Server}}
				_, err = rd.next(nil)
				if assert.Equal(t, errControl, err, "the Close frame arrives") {
					code, _, err := rfc6455.ParseClose(rd.control)
					assert.NoError(t, err)
					assert.Equal(t, row.code, code)
				}
			}()
			cfg := &transport.Config{URL: "ws://" + l.Addr().String(), MaxMessageSize: 16 << 20, MaxBuffered: 1 << 20, CloseTimeout: 10 * time.Second}
			conn, err := Dial(t.Context(), cfg, &Options{Proxy: func(*url.URL) (*url.URL, error) { return nil, nil }})
			require.NoError(t, err)
			row.end(conn.(*Conn))
			<-ended
			conn.Close(1000, "")
			assert.NotErrorIs(t, conn.Err(), io.EOF)
		})
	}
}
