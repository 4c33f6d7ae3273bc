package testserver

import (
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/rfc7692"
)

// A Peer is the server's end of one WebSocket connection. All methods may be
// called concurrently.
//
// A Peer reads only while Receive runs, or Close waits for the client's
// answer. That is when pings are answered, when pongs are seen, and when the
// client's Close frame or the loss of the connection is noticed: a serve
// function that only sends should have a goroutine in Receive.
//
// A client that breaks a rule of RFC 6455 is sent a Close frame with the code
// that the RFC asks for (1002, 1007, 1008 or 1009), nothing that it sent
// afterwards is looked at, and the connection is closed.
type Peer struct {
	conn         net.Conn
	req          *http.Request
	subprotocol  string
	closeTimeout time.Duration
	quirk        quirk
	limit        int64 // of a message, once restored; none unless positive
	codec        codec

	reading chan struct{} // holds a value while somebody owns what follows
	recv    rfc6455.Receiver
	in      []byte // was read and not looked at yet
	space   []byte // what in is a part of
	frame   rfc6455.Header
	inFrame bool   // frame's payload is being read
	control []byte // that payload, of a control frame
	owing   bool   // which is a ping that waits for its pong
	message []byte // the message being assembled
	packed  []byte // a piece of it that is compressed

	writing   chan struct{} // holds a value while somebody owns what follows
	out       []byte        // reused from message to message
	sentClose bool          // nothing may follow a Close frame
	broken    error         // a write failed, perhaps inside a frame

	done chan struct{} // closed when err is set
	mu   sync.Mutex    // guards what follows
	err  error         // why the Peer has ended
	got  *CloseError   // the client's Close frame
	here bool          // this side's Close frame was the first
	tale tale

	writeBy time.Time // nothing is written any more; zero: no such time
}

// A tale is what there is to tell of a connection.
type tale struct {
	messages, bytes, pongs int64
	answered               bool // both Close frames were exchanged
	eof                    bool // the end of what the client sent was seen
}

// newPeer returns a Peer for a connection whose handshake is not answered yet.
// early is what was read behind it.
func newPeer(conn net.Conn, r *http.Request, early []byte, e *endpoint, c codec) *Peer {
	return &Peer{
		conn:         conn,
		req:          r,
		closeTimeout: e.opts.CloseTimeout,
		quirk:        e.quirk,
		limit:        e.opts.MaxMessageSize,
		codec:        c,
		in:           early,
		recv: rfc6455.Receiver{
			Role: rfc6455.Server, MaxMessageSize: e.opts.MaxMessageSize,
			MaxCompressedSize: rfc7692.WireLimit(e.opts.MaxMessageSize),
			MaxFragments:      maxFragments, Deflate: c.inflater != nil,
		},
		reading: make(chan struct{}, 1),
		writing: make(chan struct{}, 1),
		done:    make(chan struct{}),
	}
}

// Subprotocol returns what the handshake selected, "" if nothing.
func (p *Peer) Subprotocol() string { return p.subprotocol }

// Request returns the request of the handshake. Its context ends when the
// server stops or the serve function has returned, not when the client goes:
// Receive tells that.
func (p *Peer) Request() *http.Request { return p.req }

// ended returns why the Peer has ended, nil if it has not. It may have ended
// before its connection is closed.
func (p *Peer) ended() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// end ends the Peer. Only the first reason counts; end returns it. The TCP
// connection is left to the caller, who knows how it should go down.
func (p *Peer) end(err error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err == nil {
		p.err = err
		close(p.done)
	}
	return p.err
}

// tell changes what there is to tell.
func (p *Peer) tell(f func(*tale)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f(&p.tale)
}
