package native

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/memnet"
	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// A peer is the server's end of a connection in memory. It is written on the
// codec alone, so that it can send what no server should. What arrives is read
// at once unless hold has been called; the want methods look at it when every
// goroutine of the bubble waits.
type peer struct {
	t    *testing.T
	nc   *memnet.Conn // the peer's end
	near *memnet.Conn // the end of the connection under test
	c    *Conn        // the connection under test

	mu  sync.Mutex
	in  []byte // arrived, not looked at
	end error  // what followed it
}

// A setting changes how a test's connection is made.
type setting func(*transport.Config, *Options)

// test runs f in a bubble with a connection that is open.
func test(t *testing.T, f func(t *testing.T, p *peer), settings ...setting) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(t, dialPeer(t, settings...)) })
}

// dialPeer dials a new peer through the whole of Dial. Both ends are closed
// when the test ends.
func dialPeer(t *testing.T, settings ...setting) *peer {
	t.Helper()
	near, far := memnet.Pipe()
	p := &peer{t: t, nc: far, near: near}
	cfg := &transport.Config{URL: "ws://peer.test/", MaxMessageSize: 1 << 20, MaxBuffered: 4 << 20, CloseTimeout: 5 * time.Second}
	o := &Options{
		DialContext: func(context.Context, string, string) (net.Conn, error) { return near, nil },
		Proxy:       func(*url.URL) (*url.URL, error) { return nil, nil },
	}
	for _, set := range settings {
		set(cfg, o)
	}
	go p.serve()
	conn, err := Dial(t.Context(), cfg, o)
	require.NoError(t, err)
	p.c = conn.(*Conn)
	t.Cleanup(func() {
		far.Close()
		p.c.Close(1000, "")
		synctest.Wait()
	})
	return p
}

// serve answers the handshake and then keeps what arrives.
func (p *peer) serve() {
	err := answerHandshake(p.nc)
	buf := make([]byte, 64<<10)
	for err == nil {
		var n int
		n, err = p.nc.Read(buf)
		p.mu.Lock()
		p.in, p.end = append(p.in, buf[:n]...), err
		p.mu.Unlock()
	}
}

// answerHandshake accepts what the client asks for, without extensions.
func answerHandshake(nc net.Conn) error {
	req, err := http.ReadRequest(bufio.NewReader(nc))
	if err != nil {
		return err
	}
	_, err = nc.Write(rfc6455.AppendResponse(nil, req.Header.Get("Sec-WebSocket-Key"), "", "", nil))
	return err
}

// hold stops reading, so that TCP pushes back; release goes on.
func (p *peer) hold()    { p.nc.Stall() }
func (p *peer) release() { p.nc.Resume() }

// send writes parts in one write. It must not be more than fits the network's
// buffer; pour has no such limit.
func (p *peer) send(parts ...[]byte) {
	p.t.Helper()
	_, err := p.nc.Write(join(parts...))
	require.NoError(p.t, err)
}

// pour writes parts in the background.
func (p *peer) pour(parts ...[]byte) *call[int] {
	return start(p.t, func() (int, error) { return p.nc.Write(join(parts...)) })
}

func join(parts ...[]byte) []byte {
	var all []byte
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}

// settle waits until nothing moves any more without time passing.
func (p *peer) settle() {
	p.t.Helper()
	synctest.Wait()
}

// after lets time pass.
func (p *peer) after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// A received is a frame as the peer sees it, unmasked.
type received struct {
	rfc6455.Header
	payload string
}

// next takes the next frame out of what has arrived; ok is false if there is
// no whole one.
func (p *peer) next() (f received, ok bool) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	h, n, err := rfc6455.ParseHeader(p.in)
	require.NoError(p.t, err)
	if n == 0 || int64(len(p.in)-n) < h.Length {
		return received{}, false
	}
	require.True(p.t, h.Masked, "a client masks every frame")
	payload := make([]byte, h.Length)
	rfc6455.Mask(payload, p.in[n:n+len(payload)], h.MaskKey, 0)
	p.in = p.in[n+len(payload):]
	return received{h, string(payload)}, true
}

// wantFrame takes the next frame and compares it.
func (p *peer) wantFrame(what string, op rfc6455.Opcode, payload string) {
	p.t.Helper()
	synctest.Wait()
	f, ok := p.next()
	require.True(p.t, ok, "%s: no frame has arrived", what)
	require.Equal(p.t, op.String(), f.Opcode.String(), what)
	require.True(p.t, f.Fin, what)
	require.True(p.t, payload == f.payload, "%s: payload of %d bytes %.80q, want %d bytes %.80q",
		what, len(f.payload), f.payload, len(payload), payload)
}

// wantClose takes the next frame, which is to be a Close frame.
func (p *peer) wantClose(what string, code uint16, reason string) {
	p.t.Helper()
	payload, err := rfc6455.AppendClose(nil, code, reason)
	require.NoError(p.t, err)
	p.wantFrame(what, rfc6455.OpClose, string(payload))
}

// wantIdle says that nothing more has arrived and the connection is open.
func (p *peer) wantIdle(what string) {
	p.t.Helper()
	synctest.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	require.Empty(p.t, p.in, what)
	require.NoError(p.t, p.end, what)
}

// wantEOF says that nothing more has arrived but the end of the stream.
func (p *peer) wantEOF(what string) {
	p.t.Helper()
	synctest.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	require.Empty(p.t, p.in, what)
	require.Error(p.t, p.end, "%s: the stream has not ended", what)
}

// receive calls Receive in the background.
func (p *peer) receive(ctx context.Context) *call[transport.Message] { return p.receiveInto(ctx, nil) }

func (p *peer) receiveInto(ctx context.Context, buf []byte) *call[transport.Message] {
	return start(p.t, func() (transport.Message, error) { return p.c.Receive(ctx, buf) })
}

// sendText calls Send in the background.
func (p *peer) sendText(ctx context.Context, s string) *call[int] {
	return start(p.t, func() (int, error) { return 0, p.c.Send(ctx, transport.Message{Type: transport.Text, Data: []byte(s)}) })
}

// close calls Close in the background.
func (p *peer) close(code uint16, reason string) *call[time.Duration] {
	return start(p.t, func() (time.Duration, error) {
		begin := time.Now()
		return time.Since(begin), p.c.Close(code, reason)
	})
}

// wantMessage receives a text message that has arrived.
func (p *peer) wantMessage(what, data string) {
	p.t.Helper()
	wantText(what, p.receive(p.t.Context()), data)
}

// wantText says that a Receive has returned a text message.
func wantText(what string, c *call[transport.Message], data string) {
	c.t.Helper()
	m := c.want(what)
	require.Equal(c.t, transport.Text, m.Type, what)
	require.True(c.t, data == string(m.Data), "%s: %d bytes %.80q, want %d bytes %.80q",
		what, len(m.Data), m.Data, len(data), data)
}

// A call is a call of the API in the background.
type call[T any] struct {
	t        *testing.T
	mu       sync.Mutex
	returned bool
	value    T
	err      error
	took     time.Duration
}

func start[T any](t *testing.T, f func() (T, error)) *call[T] {
	c := &call[T]{t: t}
	begin := time.Now()
	go func() {
		v, err := f()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.returned, c.value, c.err, c.took = true, v, err, time.Since(begin)
	}()
	return c
}

// result waits until nothing moves and says what the call returned.
func (c *call[T]) result(what string) (T, error) {
	c.t.Helper()
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	require.True(c.t, c.returned, "%s: the call is blocked", what)
	return c.value, c.err
}

// want says that the call has returned without an error.
func (c *call[T]) want(what string) T {
	c.t.Helper()
	v, err := c.result(what)
	require.NoError(c.t, err, what)
	return v
}

// wantErr says that the call has returned an error that is target.
func (c *call[T]) wantErr(what string, target error) {
	c.t.Helper()
	_, err := c.result(what)
	require.ErrorIs(c.t, err, target, what)
}

// wantBlocked says that the call has not returned.
func (c *call[T]) wantBlocked(what string) {
	c.t.Helper()
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	require.False(c.t, c.returned, "%s: the call has returned %v, %v", what, c.value, c.err)
}

// frame encodes a frame as a server sends it.
func frame(op rfc6455.Opcode, fin bool, payload string) []byte {
	p := rfc6455.AppendHeader(nil, rfc6455.Header{Fin: fin, Opcode: op, Length: int64(len(payload))})
	return append(p, payload...)
}

func text(s string) []byte { return frame(rfc6455.OpText, true, s) }
func ping(s string) []byte { return frame(rfc6455.OpPing, true, s) }
func pong(s string) []byte { return frame(rfc6455.OpPong, true, s) }

func closing(code uint16, reason string) []byte {
	payload, err := rfc6455.AppendClose(nil, code, reason)
	if err != nil {
		panic(err)
	}
	return frame(rfc6455.OpClose, true, string(payload))
}
