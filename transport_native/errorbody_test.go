package native

import (
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/transport"
)

func TestRefusalCarriesStatusHeaderAndBody(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for _, test := range []struct{ name, fields, body, want string }{
		{"with a length", "Content-Length: 4\r\n", "nope", "nope"},
		{"without a length, until the end", "", "nope", "nope"},
		{"only the first KiB", "Content-Length: 5000\r\n", long, long[:1024]},
		{"cut short", "Content-Length: 400\r\n", "nope", "nope"},
		{"chunked", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", "abcde"},
		{"chunked and cut short", "Transfer-Encoding: chunked\r\n", "ff\r\nabc", "abc"},
		{"chunked and broken", "Transfer-Encoding: chunked\r\n", "zz\r\nabc", ""},
		{"a chunk of more than there can be", "Transfer-Encoding: chunked\r\n", "ffffffffffffffff\r\nabc", ""},
		{"a negative length", "Content-Length: -1\r\n", "nope", "nope"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked requests
				response := "HTTP/1.1 403 Forbidden\r\nX-Why: because\r\n" + test.fields + "\r\n" + test.body
				h := &hosts{serve: map[string]func(net.Conn){"a.test:80": asked.answering(response)}}
				err := dialAndClose(t, config("ws://a.test/"), h.options())
				var refusal *transport.HandshakeError
				require.ErrorAs(t, err, &refusal)
				assert.Equal(t, 403, refusal.StatusCode)
				assert.Equal(t, []string{"because"}, refusal.Header["X-Why"])
				assert.Equal(t, test.want, string(refusal.Body))
			})
		})
	}
}

// A server leaves the connection open, for the next request.
func TestRefusalWhoseBodyEndsIsNotWaitedFor(t *testing.T) {
	for name, row := range map[string]struct{ status, fields, body, want string }{
		"with a length":          {"403 Forbidden", "Content-Length: 4\r\n", "nope", "nope"},
		"of no bytes":            {"403 Forbidden", "Content-Length: 0\r\n", "", ""},
		"of a KiB and more":      {"403 Forbidden", "", strings.Repeat("x", 1025), strings.Repeat("x", 1024)},
		"chunked":                {"403 Forbidden", "Transfer-Encoding: chunked\r\n", "4\r\nnope\r\n0\r\n\r\n", "nope"},
		"chunked, with trailers": {"403 Forbidden", "Transfer-Encoding: Chunked\r\n", "4\r\nnope\r\n00;x\r\nA: b\r\n\r\n", "nope"},
		"chunked, of no bytes":   {"403 Forbidden", "Transfer-Encoding: chunked\r\n", "0\r\n\r\n", ""},
		"chunked and a length":   {"403 Forbidden", "Transfer-Encoding: chunked\r\nContent-Length: 400\r\n", "4\r\nnope\r\n0\r\n\r\n", "nope"},
		"chunked and broken":     {"403 Forbidden", "Transfer-Encoding: chunked\r\n", "zz\r\nnope", ""},
		"204":                    {"204 No Content", "", "", ""},
		"304":                    {"304 Not Modified", "Content-Length: 400\r\n", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &hosts{serve: map[string]func(net.Conn){"a.test:80": func(nc net.Conn) {
					for _, b := range []byte("HTTP/1.1 " + row.status + "\r\n" + row.fields + "\r\n" + row.body) {
						nc.Write([]byte{b})
						synctest.Wait()
					}
					silent(nc)
				}}}
				start := time.Now()
				err := dialAndClose(t, config("ws://a.test/"), h.options())
				var refusal *transport.HandshakeError
				require.ErrorAs(t, err, &refusal)
				assert.Equal(t, row.want, string(refusal.Body))
				assert.Zero(t, time.Since(start))
			})
		})
	}
}

func TestRefusalWhoseBodyNeverEndsIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hosts{serve: map[string]func(net.Conn){"a.test:80": func(nc net.Conn) {
			io.WriteString(nc, "HTTP/1.1 503 Busy\r\n\r\nlater")
			silent(nc)
		}}}
		start := time.Now()
		err := dialAndClose(t, config("ws://a.test/"), h.options())
		var refusal *transport.HandshakeError
		require.ErrorAs(t, err, &refusal)
		assert.Equal(t, "later", string(refusal.Body))
		assert.LessOrEqual(t, time.Since(start), errorBodyTimeout)
	})
}
