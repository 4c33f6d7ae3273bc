package rfc6455

import "strconv"

// Role is the side of the connection that this endpoint is.
type Role uint8

// The two roles of RFC 6455, section 1.2. A client masks what it sends and
// refuses what is masked; a server does the opposite.
const (
	Client Role = iota
	Server
)

// Opcode says how to interpret a frame's payload (RFC 6455, section 5.2).
type Opcode uint8

// The opcodes that RFC 6455 defines. All others are reserved, and a frame
// that has one fails the connection.
const (
	OpContinuation Opcode = 0
	OpText         Opcode = 1
	OpBinary       Opcode = 2
	OpClose        Opcode = 8
	OpPing         Opcode = 9
	OpPong         Opcode = 10
)

// IsControl reports whether o is a control frame's opcode.
//
// RFC 6455, section 5.5: "Control frames are identified by opcodes where the
// most significant bit of the opcode is 1."
func (o Opcode) IsControl() bool { return o&8 != 0 }

// defined is a set of bits, one for each opcode that is not reserved.
const defined = 1<<OpContinuation | 1<<OpText | 1<<OpBinary | 1<<OpClose | 1<<OpPing | 1<<OpPong

// isReserved reports whether RFC 6455 leaves o undefined.
func (o Opcode) isReserved() bool { return o > 15 || defined>>o&1 == 0 }

// String returns the opcode's name in RFC 6455, or its number if reserved.
func (o Opcode) String() string {
	switch o {
	case OpContinuation:
		return "continuation"
	case OpText:
		return "text"
	case OpBinary:
		return "binary"
	case OpClose:
		return "close"
	case OpPing:
		return "ping"
	case OpPong:
		return "pong"
	}
	return "opcode " + strconv.Itoa(int(o))
}
