package rfc6455

import (
	"maps"
	"slices"
	"strconv"
)

// An Offer is what a client's opening handshake asks for.
type Offer struct {
	// Key is for AcceptKey and AppendResponse.
	Key string
	// Subprotocols are in the client's order of preference, all different.
	Subprotocols []string
	// Extensions is the value of Sec-WebSocket-Extensions, "" for none.
	Extensions string
}

// CheckRequest checks a client's opening handshake by the list in RFC 6455,
// section 4.2.1. The names in header are in canonical form, as net/http has
// them; host is the Host field, which net/http keeps apart. The error is a
// [*HandshakeError] with the status to answer.
func CheckRequest(method string, protoMajor, protoMinor int, host string, header map[string][]string) (*Offer, error) {
	if err := checkRequestLine(method, protoMajor, protoMinor, host); err != nil {
		return nil, err
	}
	for _, check := range []func(map[string][]string) error{
		checkUpgrade, checkVersion, checkKey, checkProtocols, checkExtensions,
	} {
		if err := check(header); err != nil {
			return nil, err
		}
	}
	return &Offer{
		Key:          header[fieldKey][0],
		Subprotocols: elements(header[fieldProtocol]),
		Extensions:   value(header[fieldExtensions]),
	}, nil
}

// checkRequestLine is items 1 and 2: "An HTTP/1.1 or higher GET request,
// including a "Request-URI"" and "A |Host| header field containing the
// server's authority."
//
// HTTP/2 has another handshake, that of RFC 8441, and no Upgrade.
func checkRequestLine(method string, major, minor int, host string) error {
	switch {
	case method != "GET":
		return refusal(statusMethodNotAllowed, "method", method, "GET")
	case major != 1 || minor < 1:
		return refusal(statusBadRequest, "version", httpVersion(major, minor), "HTTP/1.1")
	case !isHost(host):
		return refusal(statusBadRequest, "Host", host, "a host, with or without a port")
	}
	return nil
}

func httpVersion(major, minor int) string {
	return "HTTP/" + strconv.Itoa(major) + "." + strconv.Itoa(minor)
}

// checkUpgrade is items 3 and 4: "An |Upgrade| header field containing the
// value "websocket", treated as an ASCII case-insensitive value." and "A
// |Connection| header field that includes the token "Upgrade", treated as an
// ASCII case-insensitive value."
//
// A request without is an ordinary one; 426 tells a person or a program that
// this resource speaks WebSocket.
func checkUpgrade(header map[string][]string) error {
	for _, f := range [][2]string{{"Upgrade", "websocket"}, {"Connection", "Upgrade"}} {
		if values := header[f[0]]; !containsFold(elements(values), f[1]) {
			return refusal(statusUpgradeRequired, f[0], value(values), f[1])
		}
	}
	return nil
}

// checkVersion is item 6: "A |Sec-WebSocket-Version| header field, with a
// value of 13." It comes before the key, which other versions may not have.
//
// Section 4.2.2: "If this version does not match a version understood by the
// server, the server MUST abort the WebSocket handshake described in this
// section and instead send an appropriate HTTP error code (such as 426 Upgrade
// Required) and a |Sec-WebSocket-Version| header field indicating the
// version(s) the server is capable of understanding."
func checkVersion(header map[string][]string) error {
	if values := header[fieldVersion]; len(values) != 1 || values[0] != version {
		return refusal(statusUpgradeRequired, "Sec-WebSocket-Version", value(values), version)
	}
	return nil
}

// checkKey is item 5: "A |Sec-WebSocket-Key| header field with a
// base64-encoded (see Section 4 of [RFC4648]) value that, when decoded, is 16
// bytes in length." Section 11.3.1: "The |Sec-WebSocket-Key| header field MUST
// NOT appear more than once in an HTTP request."
func checkKey(header map[string][]string) error {
	if values := header[fieldKey]; len(values) != 1 || !isKey(values[0]) {
		return refusal(statusBadRequest, "Sec-WebSocket-Key", value(values), "16 bytes in base64")
	}
	return nil
}

// checkProtocols is item 8. The field may appear more than once.
func checkProtocols(header map[string][]string) error {
	if values := header[fieldProtocol]; !isTokenList(elements(values)) {
		return refusal(statusBadRequest, "Sec-WebSocket-Protocol", value(values), "different tokens")
	}
	return nil
}

// checkExtensions is item 9. The field may appear more than once.
func checkExtensions(header map[string][]string) error {
	v := value(header[fieldExtensions])
	if _, ok := extensionNames(v); !ok {
		return refusal(statusBadRequest, "Sec-WebSocket-Extensions", v, "extensions as in RFC 6455, section 9.1")
	}
	return nil
}

// AppendResponse appends the server's handshake in wire format: the answer 101
// to key with the subprotocol and the extensions selected, "" for none, and
// further fields sorted by name (RFC 6455, section 4.2.2).
//
// It has no error to return, so it does as net/http does: a field in header
// whose name is not a token is left out, as are those that the handshake sets
// itself, and a control character in a value becomes a space.
func AppendResponse(dst []byte, key, subprotocol, extensions string, header map[string][]string) []byte {
	dst = append(dst, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"...)
	dst = appendField(dst, "Sec-WebSocket-Accept", AcceptKey(key))
	if subprotocol != "" {
		dst = appendField(dst, "Sec-WebSocket-Protocol", clean(subprotocol))
	}
	if extensions != "" {
		dst = appendField(dst, "Sec-WebSocket-Extensions", clean(extensions))
	}
	for _, name := range slices.Sorted(maps.Keys(header)) {
		if !isToken(name) || isOwned(name) {
			continue
		}
		for _, v := range header[name] {
			dst = appendField(dst, name, clean(v))
		}
	}
	return append(dst, "\r\n"...)
}

// clean returns a value that is safe to send.
func clean(value string) string {
	if isValue(value) {
		return trim(value)
	}
	p := []byte(value)
	for i, b := range p {
		if !isValueByte(b) {
			p[i] = ' '
		}
	}
	return trim(string(p))
}
