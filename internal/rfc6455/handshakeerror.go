package rfc6455

import "strconv"

// A HandshakeError says which part of an opening handshake was not as it
// should be.
type HandshakeError struct {
	// StatusCode is what a server should answer: 400, 405 or 426. It is 0 in
	// the client role.
	StatusCode int
	// Field is the header field, or "method", "status" and so on.
	Field string
	// Got is the value seen, cut if long; "" if there was none.
	Got string
	// Want is the value required, or a description of it.
	Want string
}

// Error names the field, what was seen and what was required.
func (e *HandshakeError) Error() string {
	return "rfc6455: handshake: " + e.Field + " is " + strconv.Quote(e.Got) + ", want " + e.Want
}

// Header returns the fields that the answer with StatusCode must have, nil if
// none. Its names are in canonical form.
//
// RFC 6455, section 4.2.2, of a version not understood: the server sends "a
// |Sec-WebSocket-Version| header field indicating the version(s) the server is
// capable of understanding." RFC 9110, sections 15.5.6 and 15.5.22, require
// Allow with 405 and Upgrade with 426.
func (e *HandshakeError) Header() map[string][]string {
	switch e.StatusCode {
	case statusMethodNotAllowed:
		return map[string][]string{"Allow": {"GET"}}
	case statusUpgradeRequired:
		return map[string][]string{
			"Upgrade": {"websocket"}, "Connection": {"Upgrade"}, fieldVersion: {version},
		}
	}
	return nil
}

// The status codes of handshakes.
const (
	statusSwitchingProtocols = 101
	statusBadRequest         = 400
	statusMethodNotAllowed   = 405
	statusUpgradeRequired    = 426
)

// The names of the handshake's header fields in canonical form, which is not
// how RFC 6455 writes them but how maps of header fields hold them.
const (
	fieldKey        = "Sec-Websocket-Key"
	fieldVersion    = "Sec-Websocket-Version"
	fieldAccept     = "Sec-Websocket-Accept"
	fieldProtocol   = "Sec-Websocket-Protocol"
	fieldExtensions = "Sec-Websocket-Extensions"
)

// version is the one version of the protocol that RFC 6455 defines.
const version = "13"

// maxGot bounds what an error keeps of a peer's data.
const maxGot = 128

// mismatch makes a HandshakeError for the client role.
func mismatch(field, got, want string) *HandshakeError {
	if len(got) > maxGot {
		got = got[:maxGot] + "..."
	}
	return &HandshakeError{Field: field, Got: got, Want: want}
}

// refusal makes a HandshakeError for the server role.
func refusal(status int, field, got, want string) *HandshakeError {
	e := mismatch(field, got, want)
	e.StatusCode = status
	return e
}
