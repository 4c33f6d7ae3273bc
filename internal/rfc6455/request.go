package rfc6455

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A Request is a client's opening handshake (RFC 6455, section 4.1).
type Request struct {
	// Target is the path and query in their escaped form, "/" if empty in the
	// URL.
	Target string
	// Host is the URL's host, with the port unless it is the scheme's own.
	Host string
	// Key is the value of Sec-WebSocket-Key, from NewKey.
	Key string
	// Subprotocols are offered in this order of preference.
	Subprotocols []string
	// Extensions is the value of Sec-WebSocket-Extensions, "" for none.
	Extensions string
	// Header holds further fields. It may not hold those that the handshake
	// sets itself or that announce a body.
	Header map[string][]string
}

// AppendRequest appends r in wire format, or returns dst as it was and a
// [*HandshakeError] that names the part of r that cannot be sent. Further
// fields follow the handshake's own in the order of their names.
func AppendRequest(dst []byte, r *Request) ([]byte, error) {
	if err := r.check(); err != nil {
		return dst, err
	}
	dst = append(dst, "GET "...)
	dst = append(dst, r.Target...)
	dst = append(dst, " HTTP/1.1\r\n"...)
	dst = appendField(dst, "Host", r.Host)
	dst = append(dst, "Upgrade: websocket\r\nConnection: Upgrade\r\n"...)
	dst = appendField(dst, "Sec-WebSocket-Key", r.Key)
	dst = appendField(dst, "Sec-WebSocket-Version", version)
	if len(r.Subprotocols) > 0 {
		dst = appendField(dst, "Sec-WebSocket-Protocol", strings.Join(r.Subprotocols, ", "))
	}
	if r.Extensions != "" {
		dst = appendField(dst, "Sec-WebSocket-Extensions", r.Extensions)
	}
	dst = appendHeader(dst, r.Header)
	return append(dst, "\r\n"...), nil
}

func appendField(dst []byte, name, value string) []byte {
	dst = append(dst, name...)
	dst = append(dst, ": "...)
	dst = append(dst, value...)
	return append(dst, "\r\n"...)
}

// appendHeader appends header sorted by name, so that the same header gives
// the same bytes.
func appendHeader(dst []byte, header map[string][]string) []byte {
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, v := range header[name] {
			dst = appendField(dst, name, trim(v))
		}
	}
	return dst
}

// check refuses whatever would not arrive as what it is meant to be, most of
// all line ends that would begin a field or a request of their own.
func (r *Request) check() error {
	switch {
	case !isTarget(r.Target):
		path, query, _ := strings.Cut(r.Target, "?")
		return mismatch("target", path+untold(query), "an escaped path or http URL without fragment")
	case !isHost(r.Host):
		return mismatch("Host", r.Host, "a host, with or without a port")
	case !isKey(r.Key):
		return mismatch("Sec-WebSocket-Key", r.Key, "16 bytes in base64")
	case !isTokenList(r.Subprotocols):
		return mismatch("Sec-WebSocket-Protocol", untold(strings.Join(r.Subprotocols, ", ")), "different tokens")
	}
	if r.Extensions != "" {
		if _, ok := extensionNames(r.Extensions); !ok {
			return mismatch("Sec-WebSocket-Extensions", r.Extensions, "extensions as in RFC 6455, section 9.1")
		}
	}
	return checkFields(r.Header)
}

// isTarget reports whether s can stand in a request line.
//
// RFC 6455, section 4.1: "The "Request-URI" part of the request MUST match the
// /resource name/ defined in Section 3 (a relative URI) or be an absolute
// http/https URI that, when parsed, has a /resource name/, /host/, and /port/
// that match the corresponding ws/wss URI." Section 3: "Fragment identifiers
// are meaningless in the context of WebSocket URIs and MUST NOT be used on
// these URIs."
func isTarget(s string) bool {
	if !strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "http://") && !strings.HasPrefix(s, "https://") {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f || s[i] == '#' || s[i] == '%' && !isEscape(s[i:]) {
			return false
		}
	}
	return true
}

// isEscape reports whether s begins with a percent sign and two hexadecimal
// digits (RFC 3986, section 2.1). Some servers refuse any other percent sign.
func isEscape(s string) bool { return len(s) >= 3 && isHex(s[1]) && isHex(s[2]) }

func isHex(b byte) bool {
	return b >= '0' && b <= '9' || lower(b) >= 'a' && lower(b) <= 'f'
}

// isHost reports whether s is made of the characters of a host and port (RFC
// 3986, section 3.2), without user information.
func isHost(s string) bool {
	for i := range len(s) {
		if !isAlphanumeric(s[i]) && strings.IndexByte("-._~%!$&'()*+,;=:[]", s[i]) < 0 {
			return false
		}
	}
	return s != ""
}

// checkFields checks the fields that a caller adds.
func checkFields(header map[string][]string) error {
	for name, values := range header {
		if !isToken(name) {
			return mismatch("header field name", untold(name), "a token")
		}
		if isOwned(name) {
			return mismatch(name, untold(strings.Join(values, ", ")), "no such field from the caller")
		}
		for _, v := range values {
			if !isValue(v) {
				return mismatch(name, untold(v), "no control characters")
			}
		}
	}
	return nil
}

// untold stands for what a caller is to send and may be secret: errors are
// logged.
func untold(s string) string {
	if s == "" {
		return ""
	}
	return "(" + strconv.Itoa(len(s)) + " bytes)"
}

// owned are the fields that the handshake sets, in either direction, and those
// that would announce a body, which it does not have.
var owned = []string{
	"Host", "Upgrade", "Connection",
	fieldKey, fieldVersion, fieldAccept, fieldProtocol, fieldExtensions,
	"Content-Length", "Transfer-Encoding", "Trailer", "Expect",
}

func isOwned(name string) bool { return containsFold(owned, name) }
