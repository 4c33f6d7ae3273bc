//go:build !js

package sse

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestReceive(t *testing.T) {
	withServer(t, bodies("data: 1\n\nid: 7\nevent: x\ndata: 2\n\n"), func(t *testing.T, s *server) {
		stream := s.connect(Options{})
		assert.Equal(t, []Event{{"message", "1", ""}, {"x", "2", "7"}}, receive(t, stream, 2))
	})
}

func TestReconnectAfterEnd(t *testing.T) {
	withServer(t, bodies("data: 1\n\nid: 7\nevent: x\ndata: 2\n\n", "data: 3\n\n"), func(t *testing.T, s *server) {
		stream := s.connect(Options{})
		assert.Equal(t, []Event{{"message", "1", ""}, {"x", "2", "7"}, {"message", "3", "7"}}, receive(t, stream, 3))
	})
}
