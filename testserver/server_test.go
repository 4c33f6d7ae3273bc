package testserver

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestURLsNameThePort(t *testing.T) {
	s, secure := New(t), NewTLS(t)
	assert.Equal(t, "http://"+s.listener.Addr().String(), s.URL())
	assert.Equal(t, "ws://"+s.listener.Addr().String(), s.WSURL())
	assert.Equal(t, "https://"+secure.listener.Addr().String(), secure.URL())
	assert.Equal(t, "wss://"+secure.listener.Addr().String(), secure.WSURL())
}

// The address that stands for all interfaces is none to connect to.
func TestURLsAreOfThisMachine(t *testing.T) {
	s, err := Listen(":0", nil)
	require.NoError(t, err)
	defer s.Close()
	assert.True(t, strings.HasPrefix(s.URL(), "http://127.0.0.1:"), s.URL())
	wantBody(t, get(t, s, "/healthz"), "ok")
}

func TestListenSaysThatAPortIsTaken(t *testing.T) {
	s := New(t)
	for _, listen := range []func(string, *Options) (*Server, error){Listen, ListenTLS} {
		_, err := listen(s.host(), nil)
		assert.ErrorContains(t, err, s.host())
	}
}

func TestTLSServesHTTPAndWebSocket(t *testing.T) {
	s := NewTLS(t)
	wantBody(t, get(t, s, "/sse/count?n=1"), "id: 1\ndata: 1\n\n")
	c := open(t, s, "/ws/echo")
	c.send(text, "Hello")
	c.want(text, "Hello")
	c.close()
}

// HTTP/2 has another handshake (RFC 8441), so a client must not end up there.
func TestTLSAgreesToHTTP1Alone(t *testing.T) {
	s := NewTLS(t)
	config := s.TLSConfig()
	config.NextProtos = []string{"h2", "http/1.1"}
	conn, err := tls.Dial("tcp", s.host(), config)
	require.NoError(t, err)
	defer conn.Close()
	assert.Equal(t, "http/1.1", conn.ConnectionState().NegotiatedProtocol)
}

func TestAClientWithoutTheRootDoesNotTrustTheServer(t *testing.T) {
	s := NewTLS(t)
	_, err := tls.Dial("tcp", s.host(), nil)
	assert.ErrorContains(t, err, "certificate")
	assert.Nil(t, New(t).TLSConfig())
}

func TestDropAllBreaksEveryConnectionAndTheServerGoesOn(t *testing.T) {
	for name, start := range map[string]func(testing.TB) *Server{"plain": New, "TLS": NewTLS} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			ws := []*client{open(t, s, "/ws/echo"), open(t, s, "/ws/silent")}
			stream := get(t, s, "/sse/count?n=1&then=hang")
			wantPart(t, stream, "id: 1\ndata: 1\n\n")
			idle := connect(t, s)
			// An answer shows that the server has accepted what came before.
			wantBody(t, get(t, s, "/healthz"), "ok")

			s.DropAll()
			for _, c := range append(ws, idle) {
				_, err := c.r.ReadByte()
				assert.Error(t, err)
			}
			_, err := io.ReadAll(stream.Body)
			assert.Error(t, err)
			open(t, s, "/ws/echo").close()
		})
	}
}

func TestCloseEndsEverything(t *testing.T) {
	s, err := Listen("127.0.0.1:0", nil)
	require.NoError(t, err)
	c := open(t, s, "/ws/silent")
	hung := connect(t, s)
	hung.write(handshakeRequest("/ws/hang"))
	burst := open(t, s, "/ws/burst?n=100000&size=10000") // has a goroutine that writes
	burst.read()
	wantPart(t, get(t, s, "/sse/heartbeat?interval=1"), ": \n")

	s.Close()
	s.Close()
	_, err = net.Dial("tcp", s.host())
	assert.Error(t, err, "it accepts no more")
	_, err = c.r.ReadByte()
	assert.Error(t, err)
	assert.NotContains(t, stacks(), "testserver.(*")
}

func stacks() string {
	buf := make([]byte, 1<<20)
	return string(buf[:runtime.Stack(buf, true)])
}

// RFC 6455, section 7.4.1: "1001 indicates that an endpoint is "going away",
// such as a server going down".
func TestShutdownClosesWebSocketsWith1001(t *testing.T) {
	s, err := Listen("127.0.0.1:0", nil)
	require.NoError(t, err)
	c := open(t, s, "/ws/echo")
	stream := get(t, s, "/sse/count?n=1&then=hang")
	wantPart(t, stream, "id: 1\ndata: 1\n\n")
	ended := make(chan error, 1)
	go func() { ended <- s.Shutdown(context.Background()) }()
	c.wantClose(1001)
	c.send(closing, code(1001, ""))
	c.wantEnd()
	wantBody(t, stream, "")
	assert.NoError(t, <-ended)
}

func TestShutdownDoesNotWaitForEver(t *testing.T) {
	s, err := Listen("127.0.0.1:0", nil)
	require.NoError(t, err)
	c := open(t, s, "/ws/echo")
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Shutdown(ctx) }()
	c.wantClose(1001) // and does not answer
	cancel()
	assert.ErrorIs(t, <-ended, context.Canceled)
	_, err = c.r.ReadByte()
	assert.Error(t, err)
}

func TestHTTPClientTrustsTheServer(t *testing.T) {
	s := NewTLS(t)
	resp, err := s.HTTPClient().Get(s.URL() + "/healthz")
	require.NoError(t, err)
	defer resp.Body.Close()
	assert.Equal(t, http.StatusOK, resp.StatusCode)
}
