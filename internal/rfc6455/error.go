package rfc6455

import "strconv"

// The close codes that this package asks for when a peer breaks a rule
// (RFC 6455, section 7.4.1).
const (
	codeProtocolError   = 1002
	codeInvalidPayload  = 1007
	codePolicyViolation = 1008
)

// An Error is a violation of the protocol by the peer. The connection cannot
// go on: what follows has no meaning that both sides agree on.
type Error struct {
	// Code is the close code to send: 1002 for what breaks the framing, 1007
	// for text that is not UTF-8, 1008 for what is over a limit that has no
	// close code of its own.
	Code uint16
	// Section is the section of RFC 6455 that has the rule.
	Section string
	// Msg says what was seen.
	Msg string
}

// Error says what was seen and cites the section that forbids it.
func (e *Error) Error() string {
	return "rfc6455: " + e.Msg + " (RFC 6455, section " + e.Section + ")"
}

// violation makes the Error that most broken rules lead to.
func violation(section, msg string) *Error {
	return &Error{Code: codeProtocolError, Section: section, Msg: msg}
}

// A TooBigError is a message over Receiver.MaxMessageSize. The close code to
// send is 1009.
type TooBigError struct {
	// Limit is the Receiver's limit in bytes of payload.
	Limit int64
	// Size is the size seen so far: the payload of the message's frames up to
	// and including the one refused, none of whose payload has been read. It
	// is math.MaxInt64 if that sum is larger.
	Size int64
}

func (e *TooBigError) Error() string {
	return "rfc6455: message of " + strconv.FormatInt(e.Size, 10) +
		" bytes or more is over the limit of " + strconv.FormatInt(e.Limit, 10)
}

// A TooManyFragmentsError is a message of more frames than
// Receiver.MaxFragments. It wraps an [*Error] with code 1008, so a caller that
// only looks for that type closes the connection as it should.
type TooManyFragmentsError struct {
	// Limit is the number of frames that a message may have.
	Limit int
}

func (e *TooManyFragmentsError) Error() string {
	return "rfc6455: message of more than " + strconv.Itoa(e.Limit) + " fragments"
}

// Unwrap returns an [*Error]: section 10.4 is the one that asks for limits.
func (e *TooManyFragmentsError) Unwrap() error {
	return &Error{Code: codePolicyViolation, Section: "10.4", Msg: "too many fragments"}
}
