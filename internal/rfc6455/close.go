package rfc6455

import (
	"encoding/binary"
	"errors"
	"strconv"
	"unicode/utf8"
)

const (
	// CloseNoStatus is the code reported for a Close frame without one. It is
	// never on the wire (RFC 6455, section 7.4.1).
	CloseNoStatus = 1005
	// MaxCloseReason is the longest reason in bytes: a control frame's payload
	// less the code.
	MaxCloseReason = MaxControlPayload - 2
)

// ErrInvalidReason is AppendClose's error for a reason that is not UTF-8 or
// that has no code to go with.
var ErrInvalidReason = errors.New("rfc6455: close reason that cannot be sent")

// A CloseCodeError is AppendClose's error for a code that must not be sent.
type CloseCodeError struct{ Code uint16 }

func (e *CloseCodeError) Error() string {
	return "rfc6455: close code " + strconv.Itoa(int(e.Code)) + " must not be sent (RFC 6455, section 7.4)"
}

// ValidCloseCode reports whether code may appear in a Close frame: the codes
// that RFC 6455 and the IANA registry define, except 1004, 1005, 1006 and
// 1015, and the two ranges for libraries and applications.
//
// RFC 6455, section 7.4.1, of 1005, 1006 and 1015: "is a reserved value and
// MUST NOT be set as a status code in a Close control frame by an endpoint."
// Section 7.4.2: "Status codes in the range 0-999 are not used."
func ValidCloseCode(code uint16) bool {
	switch {
	case code >= 1000 && code <= 1014:
		return code < 1004 || code > 1006
	case code >= 3000 && code <= 4999:
		return true
	}
	return false
}

// ParseClose parses the unmasked payload of a Close frame. The code of an
// empty payload is [CloseNoStatus]. The error is an [*Error]: 1002 for a
// payload of one byte or a code that must not be sent, 1007 for a reason that
// is not UTF-8.
//
// RFC 6455, section 5.5.1: "If there is a body, the first two bytes of the
// body MUST be a 2-byte unsigned integer (in network byte order) representing
// a status code".
func ParseClose(p []byte) (code uint16, reason string, err error) {
	switch len(p) {
	case 0:
		return CloseNoStatus, "", nil
	case 1:
		return 0, "", violation("5.5.1", "close frame with a payload of one byte")
	}
	code = binary.BigEndian.Uint16(p)
	if !ValidCloseCode(code) {
		return 0, "", violation("7.4", "close code "+strconv.Itoa(int(code)))
	}
	if !utf8.Valid(p[2:]) {
		return 0, "", &Error{Code: codeInvalidPayload, Section: "5.5.1", Msg: "close reason that is not UTF-8"}
	}
	return code, string(p[2:]), nil
}

// AppendClose appends the payload of a Close frame. [CloseNoStatus] stands for
// an empty payload. A reason over 123 bytes is cut by [TruncateReason]. A code
// that must not be sent is a [*CloseCodeError]; a reason that is not UTF-8, or
// any with CloseNoStatus, is [ErrInvalidReason]. With an error, dst is
// returned as it was.
func AppendClose(dst []byte, code uint16, reason string) ([]byte, error) {
	if !utf8.ValidString(reason) {
		return dst, ErrInvalidReason
	}
	if code == CloseNoStatus {
		if reason != "" {
			return dst, ErrInvalidReason
		}
		return dst, nil
	}
	if !ValidCloseCode(code) {
		return dst, &CloseCodeError{Code: code}
	}
	dst = binary.BigEndian.AppendUint16(dst, code)
	return append(dst, TruncateReason(reason)...), nil
}

// TruncateReason returns reason cut to at most 123 bytes, never inside a
// character.
func TruncateReason(reason string) string {
	if len(reason) <= MaxCloseReason {
		return reason
	}
	// A character has at most three bytes after its first, so a longer search
	// would only be led on by what is not UTF-8.
	n := MaxCloseReason
	for n > MaxCloseReason-utf8.UTFMax && !utf8.RuneStart(reason[n]) {
		n--
	}
	return reason[:n]
}
