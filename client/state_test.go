package client

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestStateString(t *testing.T) {
	for state, want := range map[State]string{
		Connecting: "connecting", Connected: "connected", Reconnecting: "reconnecting",
		Closing: "closing", Closed: "closed", 5: "unknown", 255: "unknown",
	} {
		assert.Equal(t, want, state.String())
	}
}
