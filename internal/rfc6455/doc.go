// Package rfc6455 is the WebSocket protocol, RFC 6455, without I/O: frame
// headers, masking, the rules for incoming frames, UTF-8, the Close frame and
// the opening handshake, for both roles.
//
// The package reads no clock, opens no connection and starts no goroutine:
// functions take bytes and return bytes or an error. Nothing here may be
// called concurrently on the same value; values are otherwise independent.
//
// What a peer does wrong is reported as an [*Error], which carries the close
// code to answer with, or as a [*TooBigError] or [*TooManyFragmentsError],
// which carry the limit. What is wrong with a handshake is a
// [*HandshakeError]. Nothing that a peer sends makes the package panic or
// allocate more than a small multiple of what was sent.
//
// To receive: [Receiver.Next], or [ParseHeader] and [Receiver.Frame], until
// there is a header, then [Receiver.Payload] with each piece of payload until
// [Receiver.Remaining] is 0. To send: [AppendHeader], then [Mask] the payload
// if in the [Client] role.
package rfc6455
