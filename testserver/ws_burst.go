package testserver

import (
	"bytes"
	"strconv"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
)

// How a burst may end other than with a Close frame.
const (
	endFIN  = -1
	endRST  = -2
	endEcho = -3
)

// A burst serves /ws/burst: what a client must deliver before it reports the
// end, and what it must not hold in memory without limit.
type burst struct {
	n, size int
	typ     MessageType
	code    int
	reason  string
}

// prepareBurst bounds the product too: a million messages of 16 MiB would keep
// the server busy for a day.
func prepareBurst(_ *site, q *query, e *endpoint) {
	b := &burst{n: q.int("n", 10, 0, maxCount), size: q.int("size", 0, 0, maxSize), typ: TextMessage}
	if int64(b.n)*int64(b.size) > maxTotal {
		q.refuse("size", strconv.Itoa(b.size), "n*size up to "+strconv.FormatInt(maxTotal, 10)+" bytes")
	}
	if q.choice("type", "text", "binary") == "binary" {
		b.typ = BinaryMessage
	}
	b.code, b.reason = q.int("code", closeNormal, endEcho, 1<<16-1), q.reason()
	e.serve = b.serve
}

// serve sends on one goroutine and receives on another: a client may have
// pings to be answered, or enough of it and close.
func (b *burst) serve(p *Peer) {
	defer alongside(func() { b.send(p) })()
	if b.code == endEcho {
		p.echoAll()
		return
	}
	p.discard()
}

// alongside runs f on a goroutine of its own; the returned function waits for
// it. What f writes fails when the connection ends, so the wait is short.
func alongside(f func()) (wait func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	return func() { <-done }
}

// send sends all messages and then ends the connection as asked for.
func (b *burst) send(p *Peer) {
	frames := &batch{p: p}
	for k := 0; k < b.n && frames.err == nil; k++ {
		frames.message(Message{b.typ, b.message(k)})
	}
	if frames.flush() != nil {
		return
	}
	switch b.code {
	case endFIN:
		p.drop()
	case endRST:
		p.reset()
	case endEcho:
	default:
		_ = p.closeRaw(closePayload(b.code, b.reason))
	}
}

// message returns the decimal number k, filled up with dots.
func (b *burst) message(k int) []byte {
	digits := strconv.AppendInt(nil, int64(k), 10)
	return append(digits, bytes.Repeat([]byte{'.'}, max(b.size-len(digits), 0))...)
}

// reason returns the parameter of that name, which must fit a Close frame.
func (q *query) reason() string {
	reason := q.text("reason", "")
	if len(reason) > rfc6455.MaxCloseReason {
		q.refuse("reason", reason, "at most "+strconv.Itoa(rfc6455.MaxCloseReason)+" bytes")
	}
	return reason
}

// closePayload returns a Close frame's payload with any code, those that must
// not be sent too: a client is tested with them. Code 0 stands for none.
func closePayload(code int, reason string) []byte {
	if code == 0 {
		return nil
	}
	return append([]byte{byte(code >> 8), byte(code)}, reason...)
}
