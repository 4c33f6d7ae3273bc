package testserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
)

// The close codes that a Peer itself uses (RFC 6455, section 7.4.1).
const (
	closeNormal    = 1000
	closeGoingAway = 1001
	closeAbnormal  = 1006
	closeInvalid   = 1007
	closePolicy    = 1008
	closeTooBig    = 1009
	closeInternal  = 1011
	closeTryLater  = 1013
)

// drainTime is how long the server waits for the client to close its side of
// the TCP connection once its own is closed.
const drainTime = 2 * time.Second

// Close performs the closing handshake: it sends a Close frame, discards what
// else the client sends until its Close frame comes, and closes the TCP
// connection, which is the server's to close first. It takes CloseTimeout for
// the frames, and 2 s for TCP, at most.
//
// code 1005 sends a Close frame without a code. A reason over 123 bytes is cut
// at a character. Close returns nil if Close frames were exchanged, whoever
// began; an error for a code that must not be sent or a reason that is not
// UTF-8, and then the connection goes on; otherwise why the connection ended.
func (p *Peer) Close(code uint16, reason string) error {
	payload, err := rfc6455.AppendClose(nil, code, reason)
	if err != nil {
		return err
	}
	return p.closeRaw(payload)
}

// closeRaw is Close with any payload, for routes that send what Close refuses.
func (p *Peer) closeRaw(payload []byte) error {
	ctx, cancel := context.WithTimeout(context.Background(), p.closeTimeout)
	defer cancel()
	_ = p.sendClose(payload, true)
	// If the frame could not be sent, the client's may still be on its way.
	var err error
	for err == nil {
		_, err = p.receive(ctx, nil) // discards messages
	}
	if ctx.Err() != nil {
		p.abort(fmt.Errorf("testserver: no Close frame from the client within %v: %w", p.closeTimeout, net.ErrClosed))
		err = p.ended()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tale.answered {
		return nil
	}
	return err
}

// sendClose sends a Close frame unless one was sent. A Send that waits for a
// client that does not read is given up after CloseTimeout. begin says that
// this is not the answer to something that the client did; half of the time is
// left for its answer then.
func (p *Peer) sendClose(payload []byte, begin bool) error {
	if begin {
		p.writeNoLongerThan(p.closeTimeout / 2)
	} else {
		p.writeNoLongerThan(p.closeTimeout)
	}
	ctx := context.Background()
	return p.locked(ctx, func() error {
		p.sentClose = true
		p.mu.Lock()
		p.here = begin && p.got == nil
		p.mu.Unlock()
		return p.flush(ctx, appendFrame(nil, rfc6455.Header{Fin: true, Opcode: rfc6455.OpClose}, payload))
	})
}

// writeNoLongerThan gives up, after d, what is being written and what will be.
func (p *Peer) writeNoLongerThan(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.writeBy.IsZero() {
		p.writeBy = time.Now().Add(d)
		_ = p.conn.SetWriteDeadline(p.writeBy)
	}
}

// setWriteDeadline is that of conn, but does not take back what
// writeNoLongerThan has set.
func (p *Peer) setWriteDeadline(t time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t.IsZero() {
		t = p.writeBy
	}
	return p.conn.SetWriteDeadline(t)
}

// closing reports whether this side began the closing handshake.
func (p *Peer) closing() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.here
}

// closeFrame answers the client's Close frame and returns what it said.
//
// RFC 6455, section 5.5.1: "If an endpoint receives a Close frame and did not
// previously send a Close frame, the endpoint MUST send a Close frame in
// response. (When sending a Close frame in response, the endpoint typically
// echos the status code it received.)"
func (p *Peer) closeFrame() error {
	code, reason, err := rfc6455.ParseClose(p.control)
	if err != nil {
		return err
	}
	got := &CloseError{Code: code, Reason: reason, Remote: true}
	p.mu.Lock()
	p.got = got
	p.mu.Unlock()
	if p.quirk.onClose != nil {
		p.quirk.onClose(p)
		return got
	}
	// Fails if this side's frame was sent before, or the client has gone.
	_ = p.sendClose(p.control, false)
	p.tell(func(t *tale) { t.answered = true })
	return got
}

// fail ends the Peer for the reason that step gave, and closes the
// connection. Only the goroutine that reads may call it.
func (p *Peer) fail(err error) error {
	if ended := p.ended(); ended != nil {
		return ended
	}
	err = p.end(p.verdict(err))
	p.hangUp()
	return err
}

// verdict turns what ended the reading into the error that Receive returns,
// and sends the Close frame that a violation calls for. Whatever the client
// did once this side had begun to close, the connection is closed by this
// side, and the rest is the cause.
//
// RFC 6455, section 7.1.7: "If _The WebSocket Connection is Established_ prior
// to the point where the endpoint is required to _Fail the WebSocket
// Connection_, the endpoint SHOULD send a Close frame with an appropriate
// status code".
func (p *Peer) verdict(err error) error {
	var closed *CloseError
	var violation *rfc6455.Error
	var tooBig *rfc6455.TooBigError
	switch {
	case errors.As(err, &closed):
	case errors.As(err, &tooBig):
		closed = p.refuse(closeTooBig, fmt.Sprintf("over the limit of %d bytes", tooBig.Limit), err)
	case errors.As(err, &violation):
		closed = p.refuse(violation.Code, violation.Msg, err)
	default:
		closed = p.lost(err)
	}
	if p.closing() {
		return fmt.Errorf("testserver: %w (%w)", net.ErrClosed, closed)
	}
	return closed
}

// refuse fails the connection. A message over the limit gets 1009, which RFC
// 6455, section 7.4.1, has for one "that is too big for it to process".
func (p *Peer) refuse(code uint16, reason string, err error) *CloseError {
	if payload, bad := rfc6455.AppendClose(nil, code, reason); bad == nil && !p.quirk.mute {
		_ = p.sendClose(payload, false)
	}
	return &CloseError{Code: code, Reason: reason, Err: err}
}

// lost is the verdict on a connection that ended without a Close frame.
//
// RFC 6455, section 7.1.5: "If _The WebSocket Connection is Closed_ and no
// Close control frame was received by the endpoint […], _The WebSocket
// Connection Close Code_ is considered to be 1006."
func (p *Peer) lost(err error) *CloseError {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		p.tell(func(t *tale) { t.eof = true })
	}
	return &CloseError{Code: closeAbnormal, Remote: true, Err: err}
}

// hangUp closes the TCP connection in order. What the client still sends is
// read and dropped: closing a socket that holds unread data resets the
// connection, which may cost the client the Close frame.
//
// RFC 6455, section 7.1.1: "An endpoint SHOULD use a method that cleanly
// closes the TCP connection [...] discarding any trailing bytes that may have
// been received."
func (p *Peer) hangUp() {
	defer time.AfterFunc(drainTime, func() { _ = socket(p.conn).Close() }).Stop()
	if halfClose(p.conn) == nil {
		_ = p.conn.SetReadDeadline(time.Now().Add(drainTime))
		if isEOF(p.drain()) {
			p.tell(func(t *tale) { t.eof = true })
		}
	}
	_ = p.conn.Close()
}

// drop closes the TCP connection in order but without a Close frame.
func (p *Peer) drop() {
	_ = p.end(net.ErrClosed)
	// Whoever reads is to stop: the rest is hangUp's to read.
	_ = p.conn.SetReadDeadline(longAgo)
	p.reading <- struct{}{}
	p.hangUp()
	<-p.reading
}

// reset closes the TCP connection with RST.
func (p *Peer) reset() {
	_ = p.end(net.ErrClosed)
	_ = reset(p.conn)
}

// drain reads and drops until there is an error, which it returns. How long
// that takes is the caller's to limit, with a deadline.
func (p *Peer) drain() error {
	var sink [bufferSize]byte
	for {
		if _, err := p.conn.Read(sink[:]); err != nil {
			return err
		}
	}
}

// abort ends the Peer and its connection at once, from any goroutine. Whoever
// reads or writes is woken by the close and finds the reason in ended.
func (p *Peer) abort(err error) {
	_ = p.end(err)
	_ = socket(p.conn).Close()
}
