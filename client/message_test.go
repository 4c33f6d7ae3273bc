package client

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// RFC 6455, section 5.2, has the opcodes.
func TestMessages(t *testing.T) {
	assert.Equal(t, Message{Type: 1, Data: []byte("text")}, Text("text"))
	p := []byte{1, 2}
	m := Binary(p)
	assert.EqualValues(t, 2, m.Type)
	assert.Same(t, &p[0], &m.Data[0], "it is not copied")
}

func TestMessageTypeString(t *testing.T) {
	for typ, want := range map[MessageType]string{TextMessage: "text", BinaryMessage: "binary", 0: "unknown", 3: "unknown"} {
		assert.Equal(t, want, typ.String())
	}
}
