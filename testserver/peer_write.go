package testserver

import (
	"context"
	"fmt"
	"net"
	"unicode/utf8"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
)

// copyLimit is the size up to which a payload is copied behind its header, so
// that both are one write.
const copyLimit = 64 << 10

// Send sends one message as one frame, and returns when the kernel has it. It
// blocks while the client does not read and the buffers are full. m.Data may
// be reused when Send returns.
//
// Until the first byte is on its way the end of ctx only ends Send. Later, and
// once the message has been compressed or TLS has begun to write it, it breaks
// the connection, because nobody could tell where the next frame begins. Other
// errors: [ErrInvalidUTF8], an unknown type, and once the Peer has ended what
// Receive returns or net.ErrClosed.
func (p *Peer) Send(ctx context.Context, m Message) error {
	switch {
	case m.Type != TextMessage && m.Type != BinaryMessage:
		return fmt.Errorf("testserver: message of unknown type %d", m.Type)
	case m.Type == TextMessage && !utf8.Valid(m.Data):
		return ErrInvalidUTF8
	}
	return p.locked(ctx, func() error { return p.sendMessage(ctx, m) })
}

// Ping sends a ping with a payload of at most 125 bytes. It does not wait for
// the pong. It blocks and fails as Send does.
func (p *Peer) Ping(ctx context.Context, payload []byte) error {
	if len(payload) > rfc6455.MaxControlPayload {
		return fmt.Errorf("testserver: ping payload of %d bytes is over the limit of %d", len(payload), rfc6455.MaxControlPayload)
	}
	return p.sendControl(ctx, rfc6455.OpPing, payload)
}

// sendControl sends a control frame. It takes its turn behind a message that
// is being written, since it cannot go inside a frame.
//
// RFC 6455, section 5.5: "All control frames MUST have a payload length of 125
// bytes or less and MUST NOT be fragmented."
func (p *Peer) sendControl(ctx context.Context, op rfc6455.Opcode, payload []byte) error {
	return p.locked(ctx, func() error {
		p.out = appendFrame(p.out[:0], rfc6455.Header{Fin: true, Opcode: op}, payload)
		return p.flush(ctx, p.out)
	})
}

// sendMessage writes a message as one frame. Once it has been compressed there
// is no way back: later messages may refer to it.
func (p *Peer) sendMessage(ctx context.Context, m Message) (err error) {
	h, payload := p.codec.pack(m)
	if len(payload) > copyLimit {
		h.Length = int64(len(payload))
		err = p.flush(ctx, rfc6455.AppendHeader(p.out[:0], h), payload)
	} else {
		p.out = appendFrame(p.out[:0], h, payload)
		err = p.flush(ctx, p.out)
	}
	if err != nil && h.RSV1 && ctx.Err() != nil {
		p.abort(&CloseError{Code: closeAbnormal, Err: err})
	}
	return err
}

// write sends bytes that are frames, or are meant to be none.
func (p *Peer) write(ctx context.Context, raw []byte) error {
	return p.locked(ctx, func() error { return p.flush(ctx, raw) })
}

// locked calls f when nobody else writes and something may still be written.
//
// RFC 6455, section 5.5.1: "The application MUST NOT send any more data frames
// after sending a Close frame." Nor has any other frame a meaning then.
func (p *Peer) locked(ctx context.Context, f func() error) error {
	select {
	case p.writing <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-p.done:
		return p.ended()
	}
	defer func() { <-p.writing }()
	if err := p.ended(); err != nil {
		return err
	}
	switch {
	case p.sentClose:
		return net.ErrClosed
	case p.broken != nil:
		return p.broken
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	defer interrupt(ctx, p.setWriteDeadline)()
	return f()
}

// flush writes all bufs, in one system call where the connection can. It ends
// the connection if the end of ctx stops it inside a frame. Any other failure
// is left to the goroutine that reads: the client's Close frame may be waiting
// there.
func (p *Peer) flush(ctx context.Context, bufs ...[]byte) error {
	all := net.Buffers(bufs)
	n, err := all.WriteTo(p.conn)
	switch {
	case err == nil:
	case ctx.Err() == nil:
		p.broken = err
	case n == 0 && socket(p.conn) == p.conn: // TLS goes no further after that
		err = context.Cause(ctx)
	default:
		err = context.Cause(ctx)
		p.abort(&CloseError{Code: closeAbnormal, Err: err})
	}
	return err
}

// appendFrame appends a header, with its length set to the payload's, and the
// payload.
//
// RFC 6455, section 5.1: "A server MUST NOT mask any frames that it sends to
// the client."
func appendFrame(dst []byte, h rfc6455.Header, payload []byte) []byte {
	h.Length = int64(len(payload))
	return append(rfc6455.AppendHeader(dst, h), payload...)
}

// A batch collects frames so that many small ones share a write.
type batch struct {
	p   *Peer
	buf []byte
	err error
}

// add appends one frame, and writes when enough have come together. After an
// error it does nothing. Between two writes others get their turn: a pong, or
// the answer to a Close frame, need not wait for a burst of a million.
func (b *batch) add(h rfc6455.Header, payload []byte) {
	b.buf = appendFrame(b.buf, h, payload)
	if len(b.buf) >= copyLimit {
		b.flush()
	}
}

// message appends a message. Compressed ones are sent one by one, because
// their order is that of compressing.
func (b *batch) message(m Message) {
	if b.p.codec.deflater == nil {
		b.add(rfc6455.Header{Fin: true, Opcode: rfc6455.Opcode(m.Type)}, m.Data)
		return
	}
	b.err = b.p.Send(context.Background(), m)
}

// flush writes what was added.
func (b *batch) flush() error {
	if b.err == nil && len(b.buf) > 0 {
		b.err = b.p.write(context.Background(), b.buf)
	}
	b.buf = b.buf[:0]
	return b.err
}
