package testserver

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// A Server serves [Handler] on a port of its own. All methods may be called
// concurrently.
type Server struct {
	listener *listener
	http     *http.Server
	root     *x509.Certificate // nil without TLS
	client   *http.Client
	stop     context.CancelFunc // ends the context of every request
	served   chan struct{}      // closed when nothing is accepted any more
	busy     sync.WaitGroup     // connections that net/http has, and handlers
	close    sync.Once
}

// New starts a server on a free port of the loopback interface, with every
// route of the package comment. It is closed when the test ends.
func New(tb testing.TB) *Server {
	tb.Helper()
	return start(tb, Listen)
}

// NewTLS is New with TLS, for https and wss. Clients need the root in
// [Server.TLSConfig].
func NewTLS(tb testing.TB) *Server {
	tb.Helper()
	return start(tb, ListenTLS)
}

// start ends the test if the server cannot be started, which no test is about.
func start(tb testing.TB, listen func(string, *Options) (*Server, error)) *Server {
	tb.Helper()
	s, err := listen("127.0.0.1:0", nil)
	if err != nil {
		tb.Fatalf("testserver: %v", err)
	}
	tb.Cleanup(s.Close)
	return s
}

// Listen starts a server on a TCP address as [net.Listen] takes it; port 0 is
// a free one. The error is net.Listen's. The caller is to call Close. opts may
// be nil.
func Listen(addr string, opts *Options) (*Server, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	return serve(&listener{Listener: l}, opts, nil, nil), nil
}

// ListenTLS is Listen with TLS. The certificate is made for the occasion, for
// localhost, 127.0.0.1 and ::1, and good for a year. HTTP/1.1 is the only
// protocol that the server agrees to: HTTP/2 has another WebSocket handshake.
func ListenTLS(addr string, opts *Options) (*Server, error) {
	cert, root, err := newCertificate()
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{Certificates: []tls.Certificate{*cert}, NextProtos: []string{"http/1.1"}}
	return serve(&listener{Listener: l}, opts, root, config), nil
}

// serve starts to accept. The listener is wrapped in TLS here rather than by
// ServeTLS, which would offer HTTP/2 by itself.
func serve(l *listener, opts *Options, root *x509.Certificate, config *tls.Config) *Server {
	ctx, stop := context.WithCancel(context.Background())
	s := &Server{listener: l, root: root, stop: stop, served: make(chan struct{})}
	s.http = &http.Server{
		Handler:           s.count(Handler(opts)),
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ConnState:         s.connState,
		// Clients that misbehave are this server's trade, not an event.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	s.client = &http.Client{Transport: &http.Transport{TLSClientConfig: s.TLSConfig()}}
	var accept net.Listener = l
	if config != nil {
		accept = tls.NewListener(l, config)
	}
	go func() {
		defer close(s.served)
		_ = s.http.Serve(accept)
	}()
	return s
}

// connState counts the connections of net/http. Its goroutines have no other
// way to be waited for.
func (s *Server) connState(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.busy.Add(1)
	case http.StateHijacked, http.StateClosed:
		s.busy.Done()
	}
}

// count counts the handlers, which outlive net/http's interest in a connection
// when they have hijacked it.
func (s *Server) count(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.busy.Add(1)
		defer s.busy.Done()
		h.ServeHTTP(w, r)
	})
}

// URL returns the server's address for HTTP, such as http://127.0.0.1:4321,
// without a slash at the end. A server on all interfaces is named by
// 127.0.0.1.
func (s *Server) URL() string {
	if s.root != nil {
		return "https://" + s.host()
	}
	return "http://" + s.host()
}

// WSURL returns the server's address for WebSocket, such as
// ws://127.0.0.1:4321.
func (s *Server) WSURL() string { return "ws" + strings.TrimPrefix(s.URL(), "http") }

// host is where a client on this machine reaches the server: an address that
// stands for all interfaces is none to connect to.
func (s *Server) host() string {
	addr := s.listener.Addr().(*net.TCPAddr)
	if !addr.IP.IsUnspecified() {
		return addr.String()
	}
	local := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: addr.Port}
	return local.String()
}

// TLSConfig returns a new configuration for clients that trusts this server
// alone; for a server without TLS, nil.
func (s *Server) TLSConfig() *tls.Config {
	if s.root == nil {
		return nil
	}
	roots := x509.NewCertPool()
	roots.AddCert(s.root)
	return &tls.Config{RootCAs: roots}
}

// CertificatePEM returns the root that clients are to trust, in PEM; for a
// server without TLS, nil.
func (s *Server) CertificatePEM() []byte {
	if s.root == nil {
		return nil
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.root.Raw})
}

// HTTPClient returns a client that trusts the server. Its idle connections are
// closed with the server.
func (s *Server) HTTPClient() *http.Client { return s.client }

// DropAll breaks every connection at once, those of WebSockets too, as a host
// does that goes down: with RST, and data on its way may be lost. The server
// goes on and accepts new ones.
func (s *Server) DropAll() { s.listener.drop() }

// Shutdown stops in order. It accepts no more connections, closes every
// WebSocket with 1001 and ends every event stream, waits until ctx ends at
// most, and then closes what is left as Close does. It returns the cause of
// ctx's end if that was before all was done.
func (s *Server) Shutdown(ctx context.Context) error {
	s.stop()
	err := s.http.Shutdown(ctx)
	idle := make(chan struct{})
	go func() {
		defer close(idle)
		s.busy.Wait()
	}()
	select {
	case <-idle:
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	s.Close()
	<-idle
	return err
}

// Close breaks every connection as DropAll does, accepts no more, and waits
// until the handlers have returned: no goroutine is left. Calls after the
// first wait for it.
func (s *Server) Close() {
	s.close.Do(func() {
		_ = s.http.Close()
		<-s.served
		// The context comes last: its end would say goodbye to some
		// WebSockets, and clients would see one thing or the other.
		s.listener.drop()
		s.stop()
		s.client.CloseIdleConnections()
		s.busy.Wait()
	})
}
