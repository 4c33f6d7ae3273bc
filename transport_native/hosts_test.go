package native

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/amphiwire/amphiwire/internal/memnet"
	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// hosts is a network in memory: what answers at each address.
type hosts struct {
	mu      sync.Mutex
	serve   map[string]func(nc net.Conn)
	dialled []string
}

func (h *hosts) dial(_ context.Context, _, addr string) (net.Conn, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.dialled = append(h.dialled, addr)
	serve := h.serve[addr]
	if serve == nil {
		return nil, fmt.Errorf("nothing listens at %s", addr)
	}
	near, far := memnet.Pipe()
	go func() {
		defer far.Close()
		serve(far)
	}()
	return near, nil
}

// options dials in h, without a proxy.
func (h *hosts) options() *Options {
	return &Options{DialContext: h.dial, MaxRedirects: 10, Proxy: noProxy}
}

func noProxy(*url.URL) (*url.URL, error) { return nil, nil }

func throughProxy(p string) func(*url.URL) (*url.URL, error) {
	return func(*url.URL) (*url.URL, error) { return url.Parse(p) }
}

func config(u string) *transport.Config {
	return &transport.Config{URL: u, MaxMessageSize: 1 << 20, MaxBuffered: 1 << 20, CloseTimeout: time.Second}
}

// requests collects what servers were asked.
type requests struct {
	mu   sync.Mutex
	list []*http.Request
}

func (r *requests) add(req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, req)
}

// accepting answers the handshake with 101 and then a Close frame to whatever
// comes, until the other end goes.
func (r *requests) accepting(nc net.Conn) {
	req, err := http.ReadRequest(bufio.NewReader(nc))
	if err != nil {
		return
	}
	r.add(req)
	bye, _ := rfc6455.AppendClose(nil, 1000, "")
	answer := rfc6455.AppendResponse(nil, req.Header.Get("Sec-WebSocket-Key"), "", "", nil)
	answer = rfc6455.AppendHeader(answer, rfc6455.Header{Fin: true, Opcode: rfc6455.OpClose, Length: int64(len(bye))})
	nc.Write(append(answer, bye...))
	nc.Read(make([]byte, 1024))
}

// answering answers every request with the same bytes.
func (r *requests) answering(response string) func(net.Conn) {
	return func(nc net.Conn) {
		req, err := http.ReadRequest(bufio.NewReader(nc))
		if err != nil {
			return
		}
		r.add(req)
		io.WriteString(nc, response)
	}
}

// silent reads and says nothing.
func silent(nc net.Conn) { io.Copy(io.Discard, nc) }

// dialAndClose dials and returns the error of that.
func dialAndClose(t *testing.T, c *transport.Config, o *Options) error {
	t.Helper()
	conn, err := Dial(t.Context(), c, o)
	if err == nil {
		conn.Close(1000, "")
	}
	return err
}
