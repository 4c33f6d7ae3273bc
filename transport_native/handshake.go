package native

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// errResponseTooBig ends a handshake whose answer's header goes on and on.
var errResponseTooBig = errors.New("the header of the response is over " + strconv.Itoa(rfc6455.MaxResponseHead) + " bytes")

// handshake performs the opening handshake of RFC 6455, section 4.1, and
// returns what was agreed and the bytes that arrived after the response.
func handshake(nc net.Conn, req *rfc6455.Request) (rfc6455.Agreed, []byte, error) {
	head, err := rfc6455.AppendRequest(nil, req)
	if err != nil {
		return rfc6455.Agreed{}, nil, err
	}
	if _, err := nc.Write(head); err != nil {
		return rfc6455.Agreed{}, nil, fmt.Errorf("sending the handshake: %w", err)
	}
	resp, rest, err := readResponse(nc)
	if err != nil {
		return rfc6455.Agreed{}, nil, fmt.Errorf("waiting for the handshake's response: %w", err)
	}
	agreed, err := rfc6455.CheckResponse(req, resp)
	if err != nil {
		refusal := &transport.HandshakeError{Header: resp.Header, StatusCode: resp.StatusCode, Err: err}
		if resp.StatusCode != 101 {
			refusal.Err = fmt.Errorf("the server answered %d %s", resp.StatusCode, resp.Reason)
			refusal.Body = errorBody(nc, rest, resp)
		}
		return rfc6455.Agreed{}, nil, refusal
	}
	return agreed, rest, nil
}

// request builds the handshake request for u. RFC 6455, section 4.1: "The
// nonce MUST be selected randomly for each connection."
func request(u *url.URL, fields map[string][]string, c *transport.Config, o *Options) *rfc6455.Request {
	var nonce [16]byte
	rand.Read(nonce[:])
	host, header := hostField(u), make(map[string][]string, len(fields)+1)
	for name, values := range fields {
		if textproto.CanonicalMIMEHeaderKey(name) == "Host" && len(values) > 0 {
			host = values[0]
			continue
		}
		header[name] = values
	}
	if u.User != nil && u.User.String() != "" && header["Authorization"] == nil {
		header["Authorization"] = []string{basic(u.User)}
	}
	return &rfc6455.Request{
		Target:       u.RequestURI(),
		Host:         host,
		Key:          rfc6455.NewKey(nonce),
		Subprotocols: c.Subprotocols,
		Extensions:   o.offer(),
		Header:       header,
	}
}

// hostField is the URL's host, with its port unless that is the scheme's own:
// RFC 6455, section 4.1. RFC 6874, section 4, of an IPv6 address: "An HTTP
// client, proxy, or other intermediary MUST remove any ZoneID attached to an
// outgoing URI, as it has only local significance at the sending host."
func hostField(u *url.URL) string {
	host, port := u.Host, u.Port()
	if port == "" || u.Scheme == "ws" && port == "80" || u.Scheme == "wss" && port == "443" {
		host = strings.TrimSuffix(host, ":"+port)
	}
	if address, zone, ok := strings.Cut(host, "%"); ok && strings.HasPrefix(address, "[") {
		_, after, _ := strings.Cut(zone, "]")
		host = address + "]" + after
	}
	return host
}

// readResponse reads the header of the response, however it arrives, and
// returns the bytes that followed it too: a server may send its first frame in
// the same segment.
func readResponse(nc net.Conn) (*rfc6455.Response, []byte, error) {
	buf := make([]byte, 0, 1<<10)
	for total := 0; ; {
		n, err := nc.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		total += n
		if tells(buf, n) {
			resp, rest, perr := parseResponse(buf)
			if perr != nil || resp != nil {
				return resp, rest, perr
			}
			buf = append(buf[:0], rest...)
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil, nil, io.ErrUnexpectedEOF
		case err != nil:
			return nil, nil, err
		case total >= rfc6455.MaxResponseHead:
			return nil, nil, errResponseTooBig
		case len(buf) == cap(buf):
			buf = append(make([]byte, 0, 4*cap(buf)), buf...)
		}
	}
}

// tells reports whether the last n bytes of p may tell what the others did not:
// that a line has ended, or that this is no HTTP. Parsing anew for each byte of
// a long line would make a server that sends it so cost seconds.
func tells(p []byte, n int) bool {
	return n > 0 && (len(p) <= 16 || bytes.IndexByte(p[len(p)-n:], '\n') >= 0)
}

// parseResponse returns the response in p and what follows it, or nil and what
// is not part of a whole response yet. RFC 9110, section 15.2: "A client MUST
// be able to parse one or more 1xx responses received prior to a final
// response, even if the client does not expect one."
func parseResponse(p []byte) (*rfc6455.Response, []byte, error) {
	for {
		resp, n, err := rfc6455.ParseResponse(p)
		if err != nil || n == 0 {
			return nil, p, err
		}
		p = p[n:]
		if resp.StatusCode/100 != 1 || resp.StatusCode == 101 {
			return resp, p, nil
		}
	}
}
