package native

import (
	"bytes"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
)

const (
	maxErrorBody     = 1 << 10
	errorBodyTimeout = time.Second
)

// errorBody reads the beginning of a refusal's body, of which got has arrived.
// What it cannot read it leaves out: the status is the news.
func errorBody(nc net.Conn, got []byte, resp *rfc6455.Response) []byte {
	// A server may leave the connection open after a body of unknown length.
	// The deadline is only ever moved into the past, so that this cannot undo
	// what the end of ctx does to it.
	enough := time.AfterFunc(errorBodyTimeout, func() { nc.SetReadDeadline(aLongTimeAgo) })
	defer enough.Stop()
	raw := append(make([]byte, 0, maxErrorBody), got[:min(len(got), maxErrorBody)]...)
	for {
		body, whole := bodyOf(resp, raw)
		if whole || len(raw) == cap(raw) {
			return body
		}
		n, err := nc.Read(raw[len(raw):cap(raw)])
		raw = raw[:len(raw)+n]
		if err != nil {
			body, _ = bodyOf(resp, raw)
			return body
		}
	}
}

// bodyOf is what raw, the bytes behind the header of resp, has of its body, and
// whether nothing is missing: RFC 9112, section 6.3. "If a message is received
// with both a Transfer-Encoding and a Content-Length header field, the
// Transfer-Encoding overrides the Content-Length."
func bodyOf(resp *rfc6455.Response, raw []byte) (body []byte, whole bool) {
	if resp.StatusCode == 204 || resp.StatusCode == 304 {
		return nil, true
	}
	if te := resp.Header["Transfer-Encoding"]; len(te) == 1 && strings.EqualFold(te[0], "chunked") {
		return dechunk(raw)
	}
	if lengths := resp.Header["Content-Length"]; len(lengths) == 1 {
		if n, err := strconv.Atoi(lengths[0]); err == nil && n >= 0 {
			return raw[:min(len(raw), n)], len(raw) >= n
		}
	}
	return raw, false
}

// dechunk undoes the chunked transfer coding (RFC 9112, section 7.1). It goes as
// far as p makes sense; where it does not, nothing that follows can.
func dechunk(p []byte) (body []byte, whole bool) {
	for {
		line, rest, ok := bytes.Cut(p, []byte("\r\n"))
		if !ok {
			return body, false
		}
		size, _, _ := strings.Cut(string(line), ";")
		n, err := strconv.ParseUint(strings.TrimSpace(size), 16, 31)
		if err != nil || n == 0 {
			return body, true
		}
		if int(n) > len(rest) {
			return append(body, rest...), false
		}
		body = append(body, rest[:n]...)
		p = bytes.TrimPrefix(rest[n:], []byte("\r\n"))
	}
}
