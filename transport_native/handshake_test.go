package native

import (
	"context"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/transport"
)

func TestRequestFields(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked requests
		h := &hosts{serve: map[string]func(net.Conn){"a.test:80": asked.accepting}}
		o := h.options()
		o.Header = map[string][]string{"Host": {"virtual.test"}, "Cookie": {"a=b", "c=d"}}
		c := config("ws://user:p%40ss@a.test/path?next=http://x/")
		c.Subprotocols = []string{"one", "two"}
		require.NoError(t, dialAndClose(t, c, o))
		req := asked.list[0]
		assert.Equal(t, "virtual.test", req.Host)
		assert.Equal(t, "/path?next=http://x/", req.RequestURI)
		assert.Equal(t, []string{"a=b", "c=d"}, req.Header["Cookie"])
		user, password, _ := req.BasicAuth()
		assert.Equal(t, "user p@ss", user+" "+password)
		assert.Equal(t, "one, two", req.Header.Get("Sec-WebSocket-Protocol"))
		assert.Contains(t, req.Header.Get("Sec-WebSocket-Extensions"), "permessage-deflate")
	})
}

func TestTheTargetIsWhatABrowserAsksFor(t *testing.T) {
	for url, want := range map[string]string{
		"ws://a.test":                  "/",
		"ws://@a.test?":                "/?",
		"ws://a.test/a/../b/./c?../d":  "/b/c?../d",
		"ws://a.test/../a//b/..":       "/a//",
		"ws://a.test/%2e%2F/a%20b/a'b": "/%2e%2F/a%20b/a'b",
	} {
		synctest.Test(t, func(t *testing.T) {
			var asked requests
			h := &hosts{serve: map[string]func(net.Conn){"a.test:80": asked.accepting}}
			require.NoError(t, dialAndClose(t, config(url), h.options()))
			assert.Equal(t, want, asked.list[0].RequestURI, url)
			assert.NotContains(t, asked.list[0].Header, "Authorization")
		})
	}
}

func TestRequestFieldsThatAreRefused(t *testing.T) {
	for _, test := range []struct{ name, value string }{
		{"Sec-WebSocket-Key", "mine"}, {"Upgrade", "other"}, {"connection", "close"},
		{"X-Split", "a\r\nX-Injected: b"}, {"X Space", "a"}, {"X-Nul", "a\x00b"},
	} {
		synctest.Test(t, func(t *testing.T) {
			var asked requests
			h := &hosts{serve: map[string]func(net.Conn){"a.test:80": asked.accepting}}
			o := h.options()
			o.Header = map[string][]string{test.name: {test.value}}
			require.Error(t, dialAndClose(t, config("ws://a.test/"), o), test.name)
			assert.Empty(t, asked.list, "nothing was sent")
		})
	}
}

// Whatever the pieces in which the response comes, the frames behind it are
// not lost.
func TestFramesInTheSegmentOfTheResponse(t *testing.T) {
	for _, chunk := range []int{0, 1, 2, 7, 100} {
		t.Run(strconv.Itoa(chunk), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked requests
				h := &hosts{serve: map[string]func(net.Conn){"a.test:80": asked.accepting}}
				o := h.options()
				dial := o.DialContext
				o.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
					nc, err := dial(ctx, network, addr)
					nc.(chunker).ChunkReads(chunk)
					return nc, err
				}
				conn, err := Dial(t.Context(), config("ws://a.test/"), o)
				require.NoError(t, err)
				_, err = conn.Receive(t.Context(), nil)
				var closed *transport.CloseError
				require.ErrorAs(t, err, &closed)
				assert.Equal(t, uint16(1000), closed.Code)
				conn.Close(1000, "")
			})
		})
	}
}

type chunker interface{ ChunkReads(n int) }

func TestInterimResponsesAreSkipped(t *testing.T) {
	early := "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
	for _, test := range []struct {
		name, head string
		ok         bool
	}{
		{"two", early, true},
		{"without end", strings.Repeat(early, 2000), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked requests
				h := &hosts{serve: map[string]func(net.Conn){"a.test:80": func(nc net.Conn) {
					io.WriteString(nc, test.head)
					asked.accepting(nc)
				}}}
				err := dialAndClose(t, config("ws://a.test/"), h.options())
				require.Equal(t, test.ok, err == nil, err)
			})
		})
	}
}

func TestWhatIsWorthParsing(t *testing.T) {
	head := []byte("HTTP/1.1 101 Switching Protocols\r\nA: " + strings.Repeat("a", 1000) + "\r\n")
	parsed := 0
	for i := 1; i <= len(head); i++ {
		if tells(head[:i], 1) {
			parsed++
		}
	}
	assert.Equal(t, 16+2, parsed, "the first bytes, and two lines")
	assert.True(t, tells(head, len(head)), "in one piece")
	assert.False(t, tells(head, 0))
}
