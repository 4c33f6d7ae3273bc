package client

import (
	"time"

	"github.com/amphiwire/amphiwire/internal/lean"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// A Trace holds functions that are called as a Conn works, for logs and
// measurements. Those that are nil are not called. The goroutine that does the
// work makes the call and waits for it; Frame may be called by several at a
// time. The functions must not call methods of the Conn. A panic of theirs goes
// through the method that is under way, after which the Conn is fit for Close
// alone; where none is, it ends the program. Nothing that they are
// given holds a token: user information and queries are left out of URLs.
type Trace struct {
	// Fallback is called once, before the first dial, in a page where messages
	// do not travel by way of amphiwire.js, with why: the script was not loaded,
	// or this wasm_exec.js lacks what it needs. All else is the same, but slower.
	// Natively it is never called.
	Fallback func(why string)
	// Dial is called before each dial, after Options.Prepare.
	Dial func(TraceDial)
	// Handshake is called when a dial has brought a connection or failed.
	Handshake func(TraceHandshake)
	// Frame is called for each frame that is about to be written, and for each
	// whose header has been read and obeys the rules. In a browser, which
	// shows no frames, it is called for each message instead: when the browser
	// has taken it, and when Receive takes it.
	Frame func(TraceFrame)
	// Retry is called before a Conn with Reconnect waits for another dial,
	// with why the last one failed or its connection ended.
	Retry func(err error, delay time.Duration)
}

// A TraceDial is a dial that is about to be made.
type TraceDial struct {
	URL     string // without user information and query
	Attempt int    // counts as Attempt.Number does
}

// A TraceHandshake is what became of a dial.
type TraceHandshake struct {
	URL         string        // as in TraceDial
	Subprotocol string        // the one that the server selected
	Err         error         // a *ConnectError with the server's answer, if it failed
	Took        time.Duration // from the dial on, redirects and proxies included
}

// A TraceFrame is the header of a frame (RFC 6455, section 5.2).
type TraceFrame struct {
	Sent       bool  // by this side
	Fin        bool  // the last one of its message
	Compressed bool  // the bit RSV1 (RFC 7692, section 6)
	Opcode     uint8 // 1 text, 2 binary, 0 their continuation, 8 close, 9 ping, 10 pong
	Length     int64 // of the payload as it is on the wire; in a browser, of the message
}

// fallback, dial, handshake, frame and retry call what t holds; t may be nil.

func (t *Trace) fallback() {
	if t == nil || t.Fallback == nil {
		return
	}
	if why := whySlow(); why != "" {
		t.Fallback(why)
	}
}

func (t *Trace) dial(url string, attempt int) {
	if t != nil && t.Dial != nil {
		t.Dial(TraceDial{URL: redact(url), Attempt: attempt})
	}
}

func (t *Trace) handshake(url string, conn transport.Conn, err error, began time.Time) {
	if t == nil || t.Handshake == nil {
		return
	}
	h := TraceHandshake{URL: redact(url), Err: err, Took: time.Since(began)}
	if err == nil {
		h.Subprotocol = withoutToken(conn.Subprotocol())
	}
	t.Handshake(h)
}

// frame is nil if nobody wants to know: a transport then has nothing to do.
func (t *Trace) frame() func(transport.Frame) {
	if t == nil || t.Frame == nil {
		return nil
	}
	return func(f transport.Frame) { t.Frame(TraceFrame(f)) }
}

func (t *Trace) retry(err error, delay time.Duration) {
	if t != nil && t.Retry != nil {
		t.Retry(err, delay)
	}
}

// withoutToken hides the token that a careless server has selected.
func withoutToken(subprotocol string) string {
	if lean.HasPrefix(subprotocol, bearer) {
		return bearer + "…"
	}
	return subprotocol
}
