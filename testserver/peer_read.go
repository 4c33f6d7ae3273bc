package testserver

import (
	"context"
	"errors"
	"os"
	"slices"
	"time"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
)

// bufferSize is how much is read at once. The payload of a larger frame is
// read to where it belongs.
const bufferSize = 8 << 10

// longAgo is a deadline that has passed.
var longAgo = time.Unix(1, 0)

// Receive waits for the next message. It also answers pings, with their
// payload and between the fragments of a message too, and the client's Close
// frame. Concurrent calls take turns.
//
// When ctx ends, Receive returns its error and nothing is lost: the next call
// goes on where it stopped, even in the middle of a frame. Every other error
// is final, and every later call returns the same one: a [*CloseError], or
// one for which errors.Is(err, net.ErrClosed) after this side's Close.
func (p *Peer) Receive(ctx context.Context) (Message, error) { return p.receive(ctx, nil) }

// receive puts the message in buf where it fits.
func (p *Peer) receive(ctx context.Context, buf []byte) (Message, error) {
	select {
	case p.reading <- struct{}{}:
	case <-ctx.Done():
		return Message{}, context.Cause(ctx)
	}
	defer func() { <-p.reading }()
	defer interrupt(ctx, p.conn.SetReadDeadline)()
	if p.message == nil {
		p.message = buf[:0]
	}
	for {
		if err := p.pong(ctx); err != nil {
			return Message{}, err
		}
		m, ok, err := p.step()
		switch {
		case ctx.Err() != nil && errors.Is(err, os.ErrDeadlineExceeded):
			return Message{}, context.Cause(ctx)
		case err != nil:
			return Message{}, p.fail(err)
		case ok && !p.closing():
			return m, nil
		}
	}
}

// interrupt makes the end of ctx interrupt a call that waits for I/O, by
// setting a deadline that has passed. The returned function undoes that.
func interrupt(ctx context.Context, setDeadline func(time.Time) error) (stop func()) {
	if ctx.Done() == nil {
		return func() {}
	}
	over := make(chan struct{})
	stopped := context.AfterFunc(ctx, func() {
		defer close(over)
		_ = setDeadline(longAgo)
	})
	return func() {
		if !stopped() {
			<-over
			_ = setDeadline(time.Time{})
		}
	}
}

// step reads one frame, and returns the message that it completes. After an
// error of the connection it may be called again and goes on.
func (p *Peer) step() (m Message, ok bool, err error) {
	if err := p.ended(); err != nil {
		return Message{}, false, err
	}
	if !p.inFrame {
		if err := p.header(); err != nil {
			return Message{}, false, err
		}
	}
	if err := p.payload(); err != nil {
		return Message{}, false, err
	}
	p.inFrame = false
	switch {
	case p.frame.Opcode.IsControl():
		return Message{}, false, p.controlFrame()
	case p.recv.MessageDone():
		return p.takeMessage(), true, nil
	}
	return Message{}, false, nil
}

// header reads a frame's header and has it checked before any of the payload
// is read, or memory is set aside for it.
//
// RFC 6455, section 10.4: implementations with limits on the size of a frame
// or message "MUST protect themselves against exceeding those limits."
func (p *Peer) header() error {
	for {
		h, n, err := rfc6455.ParseHeader(p.in)
		if err != nil {
			return err
		}
		if n > 0 {
			p.in, p.frame, p.control = p.in[n:], h, p.control[:0]
			p.inFrame = true
			return p.recv.Frame(h)
		}
		if err := p.fill(); err != nil {
			return err
		}
	}
}

// payload reads the rest of the frame. Each piece is checked as it comes: a
// text message fails at the first byte that cannot be UTF-8, not at its end.
//
// RFC 6455, section 8.1: "When an endpoint is to interpret a byte stream as
// UTF-8 but finds that the byte stream is not, in fact, a valid UTF-8 stream,
// that endpoint MUST _Fail the WebSocket Connection_."
func (p *Peer) payload() error {
	dst, inflate := p.destination()
	for p.recv.Remaining() > 0 {
		n, err := p.piece(dst)
		if err != nil {
			return err
		}
		if err := p.recv.Payload((*dst)[len(*dst)-n:]); err != nil {
			return err
		}
		if inflate {
			if err := p.inflate(); err != nil {
				return err
			}
		}
	}
	if inflate && p.frame.Length == 0 { // it may be the last
		return p.inflate()
	}
	return nil
}

// destination is where the frame's payload goes, and whether that is for
// inflate.
func (p *Peer) destination() (dst *[]byte, inflate bool) {
	_, compressed := p.recv.Message()
	switch {
	case p.frame.Opcode.IsControl():
		return &p.control, false
	case compressed:
		return &p.packed, true
	}
	return &p.message, false
}

// inflate restores the piece that has arrived of a compressed message. What
// holds for the payload of other messages holds for what comes out.
func (p *Peer) inflate() error {
	begin, last := len(p.message), p.recv.MessageDone()
	var err error
	p.message, err = p.codec.inflate(p.message, p.packed, p.limit, last)
	p.packed = p.packed[:0]
	if last && cap(p.packed) > bufferSize {
		p.packed = nil
	}
	if bad := p.recv.Inflated(p.message[begin:], last && err == nil); bad != nil {
		return bad
	}
	return err
}

// piece appends what there is of the frame's payload, and waits if there is
// nothing. It returns how much that was.
func (p *Peer) piece(dst *[]byte) (int, error) {
	left := p.recv.Remaining()
	if len(p.in) == 0 && left >= bufferSize {
		return p.direct(dst, left)
	}
	if len(p.in) == 0 {
		if err := p.fill(); err != nil {
			return 0, err
		}
	}
	n := int(min(left, int64(len(p.in))))
	*dst = append(*dst, p.in[:n]...)
	p.in = p.in[n:]
	return n, nil
}

// direct reads without a copy. The memory grows with what has arrived, not
// with what the header announced.
func (p *Peer) direct(dst *[]byte, left int64) (int, error) {
	have := len(*dst)
	grown := slices.Grow(*dst, int(min(left, int64(max(have, 8*bufferSize)))))
	room := grown[have:cap(grown)]
	n, err := p.conn.Read(room[:min(left, int64(len(room)))])
	*dst = grown[:have+n]
	if n > 0 {
		return n, nil
	}
	return 0, err
}

// fill reads behind what is left in the buffer, which is less than a header.
func (p *Peer) fill() error {
	if p.space == nil {
		p.space = make([]byte, bufferSize)
	}
	have := copy(p.space, p.in)
	n, err := p.conn.Read(p.space[have:])
	p.in = p.space[:have+n]
	if n > 0 {
		return nil
	}
	return err
}

// takeMessage hands over the message that is complete. Its memory now belongs
// to the caller.
func (p *Peer) takeMessage() Message {
	op, _ := p.recv.Message()
	m := Message{Type: MessageType(op), Data: p.message}
	p.message = nil
	p.tell(func(t *tale) { t.messages++; t.bytes += int64(len(m.Data)) })
	return m
}

// pong answers the ping that was read last, unless it is answered. It fails only
// when ctx ends while the client does not read: then the pong is owed still.
//
// RFC 6455, section 5.5.2: "Upon receipt of a Ping frame, an endpoint MUST
// send a Pong frame in response, unless it already received a Close frame."
// Section 5.5.3: the pong "must have identical "Application data" as found in
// the message body of the Ping frame being replied to."
func (p *Peer) pong(ctx context.Context) error {
	if !p.owing {
		return nil
	}
	// A write that fails otherwise shows as a connection that cannot be read.
	if p.sendControl(ctx, rfc6455.OpPong, p.control) != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	p.owing = false
	return nil
}

// controlFrame takes note of a ping or a pong, or answers a Close frame.
func (p *Peer) controlFrame() error {
	switch p.frame.Opcode {
	case rfc6455.OpPing:
		p.owing = !p.quirk.mute
	case rfc6455.OpPong:
		p.tell(func(t *tale) { t.pongs++ })
		if p.quirk.onPong != nil {
			p.quirk.onPong(p, p.control)
		}
	case rfc6455.OpClose:
		return p.closeFrame()
	}
	return nil
}
