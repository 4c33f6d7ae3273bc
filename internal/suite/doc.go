// Package suite holds only tests: the ground of the public conformance suite
// of the field, from framing to permessage-deflate, over real sockets and in
// both roles. The server under test is the companion server's echo, the client
// is package client in a loop that echoes.
//
// The peers here share nothing with what they test. They make and read frames
// with a few lines of their own, written from RFC 6455, and compress with the
// standard library's compress/flate, so that a mistake in this repository's
// protocol code is not on both sides of the wire.
//
// Each case says what is strictly right, and nothing else passes: the frames
// that come back and their order, the code on the wire, that nothing comes
// after a Close frame, and who closes TCP.
package suite
