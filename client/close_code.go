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
	if i := int(c) - 1000; i >= 0 && i < len(closeCodeNames) && closeCodeNames[i] != "" {
		s += " (" + closeCodeNames[i] + ")"
	}
	return s
}

// closeCodeNames starts with that of 1000. An array needs no code that fills
// it when the program starts.
var closeCodeNames = [...]string{
	CloseNormal - 1000:             "normal closure",
	CloseGoingAway - 1000:          "going away",
	CloseProtocolError - 1000:      "protocol error",
	CloseUnsupportedData - 1000:    "unsupported data",
	CloseNoStatus - 1000:           "no status received",
	CloseAbnormal - 1000:           "abnormal closure",
	CloseInvalidPayload - 1000:     "invalid payload data",
	ClosePolicyViolation - 1000:    "policy violation",
	CloseMessageTooBig - 1000:      "message too big",
	CloseMandatoryExtension - 1000: "mandatory extension",
	CloseInternalError - 1000:      "internal error",
	CloseServiceRestart - 1000:     "service restart",
	CloseTryAgainLater - 1000:      "try again later",
	CloseBadGateway - 1000:         "bad gateway",
	CloseTLSHandshake - 1000:       "TLS handshake",
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
