//go:build !js

package main

import (
	"strings"
	"testing"

	"github.com/amphiwire/amphiwire/testserver"
	"github.com/stretchr/testify/require"
)

func TestEchoPrintsWhatComesBack(t *testing.T) {
	var out strings.Builder
	require.NoError(t, run(t.Context(), testserver.New(t).WSURL()+"/ws/echo", &out))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 5)
	for _, line := range lines {
		sent, back, ok := strings.Cut(line, " → ")
		require.True(t, ok)
		require.Equal(t, sent, back)
	}
}

func TestEchoReportsAFailedDial(t *testing.T) {
	require.Error(t, run(t.Context(), testserver.New(t).WSURL()+"/ws/reject?status=403", &strings.Builder{}))
}
