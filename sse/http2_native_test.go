//go:build !js

package sse

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Over HTTP/2 streams share a connection, so the end of a body, and Close, must
// leave the others alone.
func TestStreamsOverHTTP2(t *testing.T) {
	var connections atomic.Int64
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := fmt.Sprintf("retry: 1\nid: %s+\ndata: %s after %q\n\n", r.URL.Path, r.Proto, r.Header.Get("Last-Event-Id"))
		send(w, r, body, false)
		if r.Header.Get("Last-Event-Id") != "" {
			<-r.Context().Done()
		}
	}))
	srv.EnableHTTP2 = true
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections.Add(1)
		}
	}
	srv.StartTLS()
	defer srv.Close()
	const n = 20
	var streams [n]*Stream
	for i := range streams {
		opts := &Options{Native: NativeOptions{Client: srv.Client()}, Reconnect: Reconnect{MinDelay: -1}}
		s, err := Connect(t.Context(), fmt.Sprintf("%s/%d", srv.URL, i), opts)
		require.NoError(t, err)
		defer s.Close()
		streams[i] = s
	}
	for i, s := range streams {
		id := fmt.Sprintf("/%d+", i)
		want := []Event{{"message", `HTTP/2.0 after ""`, id}, {"message", fmt.Sprintf("HTTP/2.0 after %q", id), id}}
		require.Equal(t, want, receive(t, s, 2))
		require.NoError(t, s.Close())
	}
	assert.Equal(t, int64(1), connections.Load(), "connections")
}
