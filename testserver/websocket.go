package testserver

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
)

// WebSocketOptions configures [WebSocket]. The zero value is the default.
type WebSocketOptions struct {
	// Subprotocols are those that the server supports, best first. The first
	// that the client offers is selected; none: the handshake names none.
	Subprotocols []string
	// MaxMessageSize limits a received message in bytes; 0: 1 MiB; negative:
	// none. A larger one closes the connection with 1009, before any of it is
	// held in memory.
	MaxMessageSize int64
	// Compression agrees to permessage-deflate where the client offers it;
	// nil: messages are not compressed.
	Compression *Compression
	// CloseTimeout is how long Close waits for the client's Close frame; 0 or
	// negative: 5 s.
	CloseTimeout time.Duration
	// Authorize is called before the handshake is looked at. Returning false
	// ends the request; it must have written the answer then. nil: all are
	// let in, whatever page they come from (see their Origin field).
	Authorize func(http.ResponseWriter, *http.Request) bool
	// Header holds further fields of the 101 response.
	Header http.Header
}

// The defaults of WebSocketOptions, and a limit that has no option: frames of
// one message, enough for 16 MiB in pieces of 64 bytes.
const (
	defaultMaxMessage   = 1 << 20
	defaultCloseTimeout = 5 * time.Second
	maxFragments        = 1 << 18
)

// WebSocket returns a handler that performs the opening handshake and calls
// serve with the connection. The connection is closed with 1000 when serve
// returns, unless it has ended before, and with 1001 when the request's
// context ends: that is when the server's base context does. opts may be nil.
//
// A request that is no handshake of RFC 6455, section 4.2.1, is answered with
// 400, 405 or 426 and a sentence that says why. The handler needs HTTP/1.1.
func WebSocket(serve func(*Peer), opts *WebSocketOptions) http.Handler {
	e := &endpoint{serve: serve}
	if opts != nil {
		e.opts = *opts
	}
	return e.init()
}

// An endpoint is what WebSocket returns.
type endpoint struct {
	opts  WebSocketOptions
	serve func(*Peer)
	quirk quirk
}

// A quirk is what a route makes a connection do instead of what it should.
type quirk struct {
	mute    bool                          // answer no ping, and nothing else either
	onPong  func(p *Peer, payload []byte) // payload must not be kept
	onClose func(p *Peer)                 // called instead of answering the client's Close frame
	tail    []byte                        // is sent in the same write as the response to the handshake
	begin   func() (end func(result))     // called with the connection, end when it has ended
	// head makes the response to the handshake.
	head func(key, subprotocol, extensions string) []byte
}

// init applies the defaults.
func (e *endpoint) init() *endpoint {
	e.opts.MaxMessageSize = cmp.Or(e.opts.MaxMessageSize, defaultMaxMessage)
	if e.opts.CloseTimeout <= 0 {
		e.opts.CloseTimeout = defaultCloseTimeout
	}
	return e
}

// ServeHTTP performs the handshake and stays until the connection has ended.
// It returns to net/http only then, so whoever waits for handlers waits for
// WebSockets too.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if e.opts.Authorize != nil && !e.opts.Authorize(w, r) {
		return
	}
	offer, err := checkHandshake(r)
	if err != nil {
		refuseHandshake(w, r, err)
		return
	}
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	// What the client sent behind its handshake has been read already.
	early, _ := rw.Reader.Peek(rw.Reader.Buffered())
	agreed, extensions := e.opts.Compression.agree(offer.Extensions)
	p := newPeer(conn, r, early, e, agreed)
	p.subprotocol = selectSubprotocol(e.opts.Subprotocols, offer.Subprotocols)
	p.run(e.serve, e.response(offer.Key, p.subprotocol, extensions))
}

// checkHandshake adds to the checks of package rfc6455 what only net/http
// knows. A body would be read as frames, or frames as a body: two servers in a
// row that disagree about that can be made to serve one client's bytes to
// another.
func checkHandshake(r *http.Request) (*rfc6455.Offer, error) {
	if r.ContentLength != 0 {
		return nil, &rfc6455.HandshakeError{
			StatusCode: http.StatusBadRequest, Field: "body", Got: "one", Want: "none",
		}
	}
	return rfc6455.CheckRequest(r.Method, r.ProtoMajor, r.ProtoMinor, r.Host, r.Header)
}

// refuseHandshake answers at once: net/http would wait for a body that nobody
// reads, unless the connection is to be closed.
func refuseHandshake(w http.ResponseWriter, r *http.Request, err error) {
	code := http.StatusBadRequest
	if r.ContentLength != 0 {
		w.Header().Set("Connection", "close")
	}
	var refusal *rfc6455.HandshakeError
	if errors.As(err, &refusal) {
		code = cmp.Or(refusal.StatusCode, code)
		for name, values := range refusal.Header() {
			w.Header()[name] = values
		}
	}
	http.Error(w, err.Error(), code)
}

// selectSubprotocol picks the server's favourite among those offered.
//
// RFC 6455, section 4.2.2: "if the server does not agree to any of the
// client's requested subprotocols, the only acceptable value is null."
func selectSubprotocol(supported, offered []string) string {
	for _, s := range supported {
		if slices.Contains(offered, s) {
			return s
		}
	}
	return ""
}

// response makes the answer to the handshake. It is sent by hand, not by
// net/http: only then can it share a write with the first frames.
func (e *endpoint) response(key, subprotocol, extensions string) []byte {
	var head []byte
	if e.quirk.head != nil {
		head = e.quirk.head(key, subprotocol, extensions)
	} else {
		head = rfc6455.AppendResponse(nil, key, subprotocol, extensions, e.opts.Header)
	}
	return append(head, e.quirk.tail...)
}

// run sends the response, serves the connection and leaves nothing behind.
func (p *Peer) run(serve func(*Peer), head []byte) {
	defer p.register()()
	// net/http may have set a deadline for reading the request.
	if p.conn.SetDeadline(time.Time{}) != nil || p.write(context.Background(), head) != nil {
		return
	}
	defer p.closeWith(p.req.Context())()
	serve(p)
	_ = p.Close(closeNormal, "")
}

// register tells a route that the connection begins. The returned function
// closes what is still open, also after a panic of the serve function, and
// tells the route how it went.
func (p *Peer) register() (release func()) {
	end := func(result) {}
	if p.quirk.begin != nil {
		end = p.quirk.begin()
	}
	return func() {
		p.abort(net.ErrClosed)
		end(p.result())
	}
}

// closeWith closes the connection when ctx ends. The returned function stops
// that, or waits for it where it has begun.
func (p *Peer) closeWith(ctx context.Context) (stop func()) {
	over := make(chan struct{})
	stopped := context.AfterFunc(ctx, func() {
		defer close(over)
		_ = p.Close(closeGoingAway, "server is stopping")
	})
	return func() {
		if !stopped() {
			<-over
		}
	}
}
