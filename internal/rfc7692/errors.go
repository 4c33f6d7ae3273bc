package rfc7692

import (
	"fmt"
	"strconv"
)

// A NegotiationError says why the value of a header field
// Sec-WebSocket-Extensions is malformed or not acceptable. A client fails the
// connection; so does a server whose client sent a malformed one.
type NegotiationError struct {
	Header  string // the value as it was received
	Section string // of the RFC that was broken, such as "RFC 7692, section 7.1"
	Msg     string // what is wrong with it
}

func (e *NegotiationError) Error() string {
	const most = 200 // a hostile peer does not get to fill a log
	header := e.Header
	if len(header) > most {
		header = header[:most] + "…"
	}
	return "Sec-WebSocket-Extensions " + strconv.Quote(header) + ": " + e.Msg + " (" + e.Section + ")"
}

// refuse returns a NegotiationError that lacks its Header, which is known where
// the whole of it was parsed.
func refuse(section, format string, args ...any) error {
	return &NegotiationError{Section: "RFC 7692, section " + section, Msg: fmt.Sprintf(format, args...)}
}

// A TooBigError says that a message is over its limit once inflated. Inflate
// found out before it held more than that.
type TooBigError struct {
	Limit int64 // in bytes
	Size  int64 // what the message has at least
}

func (e *TooBigError) Error() string {
	return "inflated message of " + strconv.FormatInt(e.Size, 10) + " bytes or more is over the limit of " +
		strconv.FormatInt(e.Limit, 10)
}

// A CorruptError says that the payload of a compressed message is not what
// RFC 7692, section 7.2.2 requires. The connection has to be failed: the
// messages that follow may refer to this one.
type CorruptError struct {
	Offset int    // in the payload, where it was found out
	Msg    string // what is wrong there
}

func (e *CorruptError) Error() string {
	return "corrupt deflate data at byte " + strconv.Itoa(e.Offset) + ": " + e.Msg
}
