//go:build !js

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/amphiwire/amphiwire/testserver"
	"github.com/stretchr/testify/require"
)

// breaker breaks every connection when it has been written to n times.
type breaker struct {
	strings.Builder
	n      int
	server *testserver.Server
}

func (b *breaker) Write(p []byte) (int, error) {
	if b.n--; b.n == 0 {
		b.server.DropAll()
	}
	return b.Builder.Write(p)
}

func TestTickerPrintsEveryTickOnceAlthoughConnectionsBreak(t *testing.T) {
	server := testserver.New(t)
	out := &breaker{n: 3, server: server}
	require.NoError(t, run(t.Context(), server.URL()+"/sse/count?n=8&interval=20&retry=10", out))
	var want strings.Builder
	for i := 1; i <= 8; i++ {
		fmt.Fprintln(&want, "tick", i)
	}
	fmt.Fprintln(&want, "the server has no more; the last was 8")
	require.Equal(t, want.String(), out.String())
}

func TestTickerReportsARefusal(t *testing.T) {
	require.Error(t, run(t.Context(), testserver.New(t).URL()+"/sse/status?code=403&times=9&key=ticker", &breaker{}))
}
