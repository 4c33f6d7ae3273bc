package rfc6455

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Section 5.5: "Control frames are identified by opcodes where the most
// significant bit of the opcode is 1."
func TestOpcodeIsControl(t *testing.T) {
	for o := range Opcode(16) {
		assert.Equal(t, o >= 8, o.IsControl(), o)
	}
}

func TestOpcodeString(t *testing.T) {
	for o, want := range map[Opcode]string{
		OpContinuation: "continuation", OpText: "text", OpBinary: "binary",
		OpClose: "close", OpPing: "ping", OpPong: "pong", 3: "opcode 3", 15: "opcode 15",
	} {
		assert.Equal(t, want, o.String())
	}
}
