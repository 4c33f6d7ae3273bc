package rfc6455

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const switching = "HTTP/1.1 101 Switching Protocols\r\n"

// The example of section 1.2, with the first frame in the same segment.
func TestParseResponse(t *testing.T) {
	head := switching +
		"Upgrade: websocket\r\n" +
		"Connection: Upgrade\r\n" +
		"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" +
		"Sec-WebSocket-Protocol: chat\r\n\r\n"
	resp, n, err := ParseResponse([]byte(head + "\x81\x05Hello"))
	require.NoError(t, err)
	assert.Equal(t, len(head), n, "the frame is left")
	assert.Equal(t, &Response{StatusCode: 101, Reason: "Switching Protocols", Header: map[string][]string{
		"Upgrade": {"websocket"}, "Connection": {"Upgrade"},
		"Sec-Websocket-Accept": {"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}, "Sec-Websocket-Protocol": {"chat"},
	}}, resp)
	for i := range len(head) {
		resp, n, err := ParseResponse([]byte(head[:i]))
		require.NoError(t, err)
		require.True(t, resp == nil && n == 0, "%d bytes are too few", i)
	}
}

func TestParseResponseAccepts(t *testing.T) {
	for _, tt := range []struct {
		name, head string
		want       Response
	}{
		{"no fields", "HTTP/1.1 204 No Content\r\n\r\n", Response{204, "No Content", map[string][]string{}}},
		{"no reason", "HTTP/1.1 200 \r\n\r\n", Response{200, "", map[string][]string{}}},
		{"no reason and no space", "HTTP/1.1 200\r\n\r\n", Response{200, "", map[string][]string{}}},
		{"reason that is not ASCII", "HTTP/1.1 404 caf\xe9\r\n\r\n", Response{404, "caf\xe9", map[string][]string{}}},
		{"HTTP/1.0 that refuses", "HTTP/1.0 401 Unauthorized\r\n\r\n", Response{401, "Unauthorized", map[string][]string{}}},
		{"status of no class", "HTTP/1.1 999 Denied\r\n\r\n", Response{999, "Denied", map[string][]string{}}},
		{"interim response", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", Response{103, "Early Hints", map[string][]string{"Link": {"</a>"}}}},
		{"names in any case", switching + "UPGRADE: websocket\r\nsec-websocket-accept: x\r\n\r\n",
			Response{101, "Switching Protocols", map[string][]string{"Upgrade": {"websocket"}, "Sec-Websocket-Accept": {"x"}}}},
		{"whitespace around values", switching + "A:b\r\nC: \t d e\t \r\nF:\r\nG: \r\n\r\n",
			Response{101, "Switching Protocols", map[string][]string{"A": {"b"}, "C": {"d e"}, "F": {""}, "G": {""}}}},
		{"a field more than once", switching + "a: 1\r\nA: 2\r\na: 1\r\n\r\n", Response{101, "Switching Protocols", map[string][]string{"A": {"1", "2", "1"}}}},
		{"LF for line ends", "HTTP/1.1 101 Switching Protocols\nA: b\nC: d\r\n\n", Response{101, "Switching Protocols", map[string][]string{"A": {"b"}, "C": {"d"}}}},
		{"LF for the last line end", switching + "\n", Response{101, "Switching Protocols", map[string][]string{}}},
		{"lines that continue, by space and tab", switching + "A: b\r\n \t c\r\n\td: e \r\nF:\r\n g\r\nH: i\r\n \r\n\r\n",
			Response{101, "Switching Protocols", map[string][]string{"A": {"b c d: e"}, "F": {"g"}, "H": {"i"}}}},
		{"a second value that continues", switching + "A: b\r\nA: c\r\n d\r\n\r\n", Response{101, "Switching Protocols", map[string][]string{"A": {"b", "c d"}}}},
		{"colon and bytes beyond ASCII in a value", switching + "A: b:c caf\xc3\xa9\r\n\r\n", Response{101, "Switching Protocols", map[string][]string{"A": {"b:c caf\xc3\xa9"}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			resp, n, err := ParseResponse([]byte(tt.head + "body"))
			require.NoError(t, err)
			assert.Equal(t, len(tt.head), n)
			assert.Equal(t, &tt.want, resp)
		})
	}
}

// What is refused, and by how many bytes it is known: at the end of the line,
// or before where it cannot be HTTP/1 at all.
func TestParseResponseRefuses(t *testing.T) {
	for _, tt := range []struct{ name, head, field string }{
		{"not HTTP", "SSH-2.0-Op", "status line"},
		{"a frame", "\x81\x05Hello", "status line"},
		{"blank line first", "\r\n", "status line"},
		{"lower case", "http/1.1 101 Switching Protocols\r\n", "status line"},
		{"HTTP/2", "HTTP/2", "status line"},
		{"HTTP/0.9", "HTTP/0", "status line"},
		{"HTTP/1.x", "HTTP/1.x 101 \r\n", "status line"},
		{"HTTP/1.10", "HTTP/1.10 101 \r\n", "status line"},
		{"101 of HTTP/1.0", "HTTP/1.0 101 Switching Protocols\r\n", "status line"},
		{"no status", "HTTP/1.1\r\n", "status line"},
		{"status of two digits", "HTTP/1.1 10 Switching\r\n", "status line"},
		{"status of four digits", "HTTP/1.1 1010 Switching\r\n", "status line"},
		{"status that is no number", "HTTP/1.1 1O1 Switching\r\n", "status line"},
		{"status with sign", "HTTP/1.1 +10 Switching\r\n", "status line"},
		{"status below 100", "HTTP/1.1 099 Low\r\n", "status line"},
		{"two spaces before the status", "HTTP/1.1  101 Switching\r\n", "status line"},
		{"tab before the status", "HTTP/1.1\t101 Switching\r\n", "status line"},
		{"tab after the status", "HTTP/1.1 101\tSwitching\r\n", "status line"},
		{"NUL in the reason", "HTTP/1.1 101 Switch\x00ing\r\n", "status line"},
		{"bare CR in the reason", "HTTP/1.1 101 a\rb\r\n", "status line"},
		{"bare CR in a value", switching + "A: b\rC: d\r\n", "A"},
		{"CR before the line end", switching + "A: b\r\r\n", "A"},
		{"NUL in a value", switching + "A: b\x00c\r\n", "A"},
		{"DEL in a value", switching + "A: b\x7f\r\n", "A"},
		{"bare CR in a line that continues", switching + "A: b\r\n c\rd\r\n", "header field"},
		{"whitespace after the status line", switching + " A: b\r\n", "header field name"},
		{"whitespace alone", switching + " \r\n", "header field name"},
		{"space before the colon", switching + "A : b\r\n", "header field name"},
		{"no colon", switching + "A\r\n", "header field name"},
		{"no name", switching + ": b\r\n", "header field name"},
		{"name that is no token", switching + "A(b): c\r\n", "header field name"},
		{"NUL in a name", switching + "A\x00: c\r\n", "header field name"},
		{"name that is not ASCII", switching + "caf\xc3\xa9: c\r\n", "header field name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, rest := range []string{"", "\r\n", "A: b\r\n\r\nbody"} {
				resp, n, err := ParseResponse([]byte(tt.head + rest))
				var e *HandshakeError
				require.ErrorAs(t, err, &e)
				assert.Equal(t, tt.field, e.Field)
				assert.True(t, resp == nil && n == 0)
			}
		})
	}
}

func TestParseResponseOfAnotherProtocolFailsAtOnce(t *testing.T) {
	for i := range len("HTTP/1.") {
		_, _, err := ParseResponse([]byte("HTTP/1."[:i] + "x"))
		assert.Error(t, err, "%d bytes agree", i)
	}
}

func TestParseResponseLimitsTheHead(t *testing.T) {
	head := func(size int) []byte {
		fill := size - len(switching) - len("A: \r\n\r\n")
		return []byte(switching + "A: " + strings.Repeat("a", fill) + "\r\n\r\n")
	}
	_, n, err := ParseResponse(append(head(MaxResponseHead), "body"...))
	require.NoError(t, err)
	assert.Equal(t, MaxResponseHead, n)

	over := head(MaxResponseHead + 1)
	_, n, err = ParseResponse(over[:MaxResponseHead])
	require.True(t, n == 0 && err == nil, "the limit is not reached")
	for _, p := range [][]byte{over, []byte(switching + strings.Repeat("a", MaxResponseHead)), []byte(switching + strings.Repeat("a: b\r\n", MaxResponseFields) + strings.Repeat("a", MaxResponseHead))} {
		_, _, err = ParseResponse(p)
		var e *HandshakeError
		require.ErrorAs(t, err, &e)
		assert.Equal(t, "header", e.Field)
		assert.Contains(t, e.Error(), fmt.Sprint(MaxResponseHead))
	}
}

func TestParseResponseLimitsTheFields(t *testing.T) {
	resp, _, err := ParseResponse([]byte(switching + strings.Repeat("a: b\r\n", MaxResponseFields) + "\r\n"))
	require.NoError(t, err)
	assert.Len(t, resp.Header["A"], MaxResponseFields)
	_, _, err = ParseResponse([]byte(switching + strings.Repeat("a: b\r\n", MaxResponseFields+1)))
	var e *HandshakeError
	require.ErrorAs(t, err, &e)
	assert.Contains(t, e.Error(), fmt.Sprint(MaxResponseFields))
}

// A head that arrives byte by byte is scanned as many times: without garbage.
func TestParseResponseAllocatesNothingBeforeTheEnd(t *testing.T) {
	p := []byte(switching + "Upgrade: websocket\r\nConnection: Upgrade\r\n")
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		if _, n, err := ParseResponse(p); n != 0 || err != nil {
			panic("head without an end")
		}
	}))
}

// Every prefix of a head either needs more or is refused for the reason that
// the whole is refused for; and what is accepted net/http accepts as well, with
// the same fields.
func FuzzParseResponse(f *testing.F) {
	f.Add([]byte(switching + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n\x81\x00"))
	f.Add([]byte("HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 2\r\n\r\nno"))
	f.Add([]byte("HTTP/1.1 302\r\nLocation: /b\r\nlocation:\r\n\r\n"))
	f.Add([]byte(switching + "A: b\r\n c\r\n\r\n"))
	f.Add([]byte(switching + "A: b\r\n \t\r\n\tc: d\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 200 OK\nA: b\n\n"))
	f.Add([]byte(switching + "A : b\r\n\r\n"))
	f.Add([]byte(switching + "A: b\x00\r\n\r\n"))
	f.Fuzz(func(t *testing.T, p []byte) {
		resp, n, err := ParseResponse(p)
		require.True(t, n == 0 || err == nil && resp != nil && bytes.HasSuffix(bytes.ReplaceAll(p[:n], []byte("\r\n"), []byte("\n")), []byte("\n\n")))
		if len(p) <= 2000 { // there are as many prefixes, each of which is scanned
			requireResponsePrefixes(t, p, n, err)
		}
		if n > 0 {
			requireLikeNetHTTP(t, p[:n], resp)
		}
	})
}

func requireResponsePrefixes(t *testing.T, p []byte, n int, err error) {
	failed := false
	for i := range len(p) {
		_, m, e := ParseResponse(p[:i])
		require.False(t, failed && e == nil, "more bytes do not mend a head")
		if failed = e != nil; failed {
			var got, want *HandshakeError
			require.ErrorAs(t, e, &got)
			require.ErrorAs(t, err, &want)
			require.Equal(t, want.Field, got.Field)
			continue
		}
		require.Equal(t, n > 0 && i >= n, m > 0)
	}
}

func requireLikeNetHTTP(t *testing.T, head []byte, got *Response) {
	want, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(head)), nil)
	if err != nil {
		// net/http looks at what announces a body too; here that is the
		// caller's part.
		require.True(t, got.Header["Content-Length"] != nil || got.Header["Transfer-Encoding"] != nil, "%q: %v", head, err)
		return
	}
	require.Equal(t, want.StatusCode, got.StatusCode)
	for name, values := range want.Header {
		require.Equal(t, oneSpace(values), oneSpace(got.Header[name]), name)
	}
}

// oneSpace makes one space of several, of which net/http has more where lines
// without a value continue one another.
func oneSpace(values []string) (list []string) {
	for _, v := range values {
		list = append(list, strings.Join(strings.Fields(v), " "))
	}
	return list
}

func BenchmarkParseResponse(b *testing.B) {
	p := AppendResponse(nil, sampleKey, "chat", "permessage-deflate", map[string][]string{"Date": {"Sat, 21 Nov 2026 12:00:00 GMT"}})
	b.ReportAllocs()
	for b.Loop() {
		if _, n, err := ParseResponse(p); n == 0 || err != nil {
			b.Fatal(err)
		}
	}
}
