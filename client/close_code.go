package client

import "strconv"

// CloseCode says why a connection was closed: RFC 6455, section 7.4, and the
// IANA registry of close codes. An endpoint may send 1000 to 1003, 1007 to
// 1014 and 3000 to 4999; a browser page only 1000 and 3000 to 4999.
type CloseCode uint16

// The registered close codes.
const (
	CloseNormal             CloseCode = 1000 // the purpose has been fulfilled
	CloseGoingAway          CloseCode = 1001 // a server goes down, a page is left
	CloseProtocolError      CloseCode = 1002 // a peer broke the protocol
	CloseUnsupportedData    CloseCode = 1003 // a type of data that cannot be accepted
	CloseNoStatus           CloseCode = 1005 // the Close frame held no code; never sent
	CloseAbnormal           CloseCode = 1006 // there was no Close frame; never sent
	CloseInvalidPayload     CloseCode = 1007 // text that is not UTF-8, for example
	ClosePolicyViolation    CloseCode = 1008 // a message that violates the endpoint's policy
	CloseMessageTooBig      CloseCode = 1009 // a message too big to process
	CloseMandatoryExtension CloseCode = 1010 // the client expected an extension
	CloseInternalError      CloseCode = 1011 // the server met something unexpected
	CloseServiceRestart     CloseCode = 1012 // the service restarts
	CloseTryAgainLater      CloseCode = 1013 // the service is overloaded
	CloseBadGateway         CloseCode = 1014 // a gateway got a bad answer
	CloseTLSHandshake       CloseCode = 1015 // TLS failed; never sent
)

// String returns the code's number and, if it is registered, its meaning.
func (c CloseCode) String() string {
	s := strconv.Itoa(int(c))
	if name := closeCodeNames[c]; name != "" {
		s += " (" + name + ")"
	}
	return s
}

var closeCodeNames = map[CloseCode]string{
	CloseNormal:             "normal closure",
	CloseGoingAway:          "going away",
	CloseProtocolError:      "protocol error",
	CloseUnsupportedData:    "unsupported data",
	CloseNoStatus:           "no status received",
	CloseAbnormal:           "abnormal closure",
	CloseInvalidPayload:     "invalid payload data",
	ClosePolicyViolation:    "policy violation",
	CloseMessageTooBig:      "message too big",
	CloseMandatoryExtension: "mandatory extension",
	CloseInternalError:      "internal error",
	CloseServiceRestart:     "service restart",
	CloseTryAgainLater:      "try again later",
	CloseBadGateway:         "bad gateway",
	CloseTLSHandshake:       "TLS handshake",
}

// sendable reports whether an endpoint may put c into a Close frame. RFC 6455,
// section 7.4.1, says of 1005, 1006 and 1015 that each "MUST NOT be set as a
// status code in a Close control frame by an endpoint"; 7.4.2 reserves the
// codes below 1000 and those up to 2999 that are not registered.
func (c CloseCode) sendable() bool {
	switch {
	case c >= 3000 && c <= 4999:
		return true
	case c == 1004, c == CloseNoStatus, c == CloseAbnormal:
		return false
	}
	return c >= CloseNormal && c <= CloseBadGateway
}
