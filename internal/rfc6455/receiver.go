package rfc6455

import (
	"errors"
	"math"
	"strconv"
)

// DefaultMaxFragments is the number of frames that a message may have where
// Receiver.MaxFragments is 0.
const DefaultMaxFragments = 65536

// ErrOrder is the Receiver's error for a caller that calls Frame before the
// payload of the frame before is complete, or Payload with more than that
// frame holds. The peer has done nothing wrong.
var ErrOrder = errors.New("rfc6455: frames and payload out of order")

// A Receiver applies the rules for incoming frames of one connection: Frame
// for every header, then Payload for its payload. It keeps no payload and
// allocates nothing but errors. Set the exported fields before the first call;
// the zero value receives as a client with no extension and no size limit.
//
// An [*Error], [*TooBigError] or [*TooManyFragmentsError] is final: every
// later call returns the same one.
type Receiver struct {
	// Role is what this endpoint is, not the peer.
	Role Role
	// MaxMessageSize limits a message's payload in bytes, as it is on the
	// wire: before inflating. Zero or negative: no limit.
	MaxMessageSize int64
	// MaxCompressedSize limits a compressed message's payload instead. What it
	// inflates to is the caller's to limit. Zero: MaxMessageSize; negative: no
	// limit.
	MaxCompressedSize int64
	// MaxFragments limits the frames of a message, empty ones included. Zero:
	// DefaultMaxFragments; negative: no limit.
	MaxFragments int
	// Deflate says that permessage-deflate was negotiated, which gives RSV1 on
	// the first frame of a message its meaning.
	Deflate bool

	frame     Header // the current one; Next may leave a part of the next
	remaining int64  // bytes of its payload still to come
	maskPos   int    // where in the masking key they begin

	op         Opcode // of the message, OpContinuation before the first
	compressed bool
	open       bool  // a message has begun and its last frame has not
	size       int64 // sum of the lengths of the message's frames
	fragments  int
	text       UTF8
	done       bool // the current frame has completed a message

	closed bool // a Close frame came
	err    error
}

// Frame takes the header of the next frame, before any of its payload is read
// and before memory is allocated for it. It never blocks.
func (r *Receiver) Frame(h Header) error {
	if err := r.ready(); err != nil {
		return err
	}
	r.frame = h
	return r.accept(&r.frame)
}

// Next is [ParseHeader] and [Receiver.Frame] in one call, which is faster: it
// parses the header that p begins with, applies the rules to it and returns
// its size, or n == 0 and no error if p is too short to hold it all. The header
// is then what [Receiver.Header] returns.
func (r *Receiver) Next(p []byte) (n int, err error) {
	if err := r.ready(); err != nil {
		return 0, err
	}
	r.frame = Header{}
	if n, err = r.frame.parse(p); err != nil {
		return 0, r.fail(err)
	}
	if n == 0 {
		return 0, nil
	}
	if err = r.accept(&r.frame); err != nil {
		return 0, err
	}
	return n, nil
}

// Header returns the header that the last call of Frame or Next accepted. It
// must not be changed and is overwritten by the next call.
func (r *Receiver) Header() *Header { return &r.frame }

// ready reports why no frame may begin now.
func (r *Receiver) ready() error {
	if r.err == nil && r.remaining > 0 {
		return ErrOrder
	}
	return r.err
}

// accept checks h, which is r.frame, and begins it.
func (r *Receiver) accept(h *Header) error {
	if err := r.check(h); err != nil {
		return r.fail(err)
	}
	r.remaining, r.maskPos, r.done = h.Length, 0, false
	if h.Opcode.IsControl() {
		r.closed = h.Opcode == OpClose
		return nil
	}
	if h.Opcode != OpContinuation {
		r.begin(h)
	}
	r.open = !h.Fin
	r.size += h.Length
	r.fragments++
	if h.Length == 0 {
		return r.end()
	}
	return nil
}

// begin starts a message.
func (r *Receiver) begin(h *Header) {
	r.op, r.compressed = h.Opcode, h.RSV1
	r.size, r.fragments = 0, 0
	r.text.Reset()
}

// Payload takes the next piece of the current frame's payload, of any size,
// and unmasks it in place. Text that is not compressed is validated; of a
// compressed message the caller gives to [Receiver.Inflated] what the piece
// stands for. It never blocks.
func (r *Receiver) Payload(p []byte) error {
	if r.err != nil || len(p) == 0 {
		return r.err
	}
	if int64(len(p)) > r.remaining {
		return ErrOrder
	}
	if r.frame.Masked {
		r.maskPos = Mask(p, p, r.frame.MaskKey, r.maskPos)
	}
	r.remaining -= int64(len(p))
	if r.frame.Opcode.IsControl() {
		return nil
	}
	if r.isText() && !r.text.Write(p) {
		return r.fail(errNotUTF8())
	}
	if r.remaining == 0 {
		return r.end()
	}
	return nil
}

// Inflated takes what has been inflated of a compressed message since the last
// call, and validates it if the message is text. With last, which is after the
// message is done, the text has to be complete.
func (r *Receiver) Inflated(p []byte, last bool) error {
	if r.err != nil || r.op != OpText {
		return r.err
	}
	if !r.text.Write(p) || last && !r.text.Complete() {
		return r.fail(errNotUTF8())
	}
	return nil
}

// isText reports whether the payload is text to validate.
func (r *Receiver) isText() bool { return r.op == OpText && !r.compressed }

// end takes note that a data frame's payload is complete. It refuses a text
// message that has ended inside a character.
//
// RFC 6455, section 8.1: "When an endpoint is to interpret a byte stream as
// UTF-8 but finds that the byte stream is not, in fact, a valid UTF-8 stream,
// that endpoint MUST _Fail the WebSocket Connection_."
func (r *Receiver) end() error {
	if r.frame.Fin && r.isText() && !r.text.Complete() {
		return r.fail(errNotUTF8())
	}
	r.done = r.frame.Fin
	return nil
}

func errNotUTF8() error {
	return &Error{Code: codeInvalidPayload, Section: "8.1", Msg: "text that is not UTF-8"}
}

func (r *Receiver) fail(err error) error {
	r.err = err
	return err
}

// Remaining returns how many bytes of the current frame's payload are still to
// come.
func (r *Receiver) Remaining() int64 { return r.remaining }

// Message returns the opcode of the data message being assembled, or of the
// last one if none is, and whether it is compressed. Before the first message
// the opcode is [OpContinuation].
func (r *Receiver) Message() (op Opcode, compressed bool) { return r.op, r.compressed }

// MessageDone reports whether the current frame is the last of a data message
// and its payload is complete. It is false during and after a control frame.
func (r *Receiver) MessageDone() bool { return r.done }

// check applies every rule that a header can break, and changes nothing. The
// conditions stand side by side because all of them are looked at for every
// frame; the quotations are with the errors.
func (r *Receiver) check(h *Header) error {
	switch {
	case h.Masked != (r.Role == Server):
		return errMasked(h.Masked)
	case h.RSV1 && !r.mayCompress(h.Opcode), h.RSV2, h.RSV3:
		return errReserved(h)
	case h.Opcode.isReserved(), h.Opcode.IsControl() && !h.Fin:
		return errOpcode(h)
	case r.closed:
		return errAfterClose(h)
	case h.Opcode.IsControl():
		return checkControlLength(h)
	case (h.Opcode == OpContinuation) != r.open:
		return errSequence(h)
	}
	return r.checkLimits(h)
}

// mayCompress reports whether RSV1 has a meaning in a frame with opcode o.
//
// RFC 7692, section 6.1: "An endpoint MUST NOT set the "Per-Message
// Compressed" bit of control frames and non-first fragments of a data message.
// An endpoint receiving such a frame MUST _Fail the WebSocket Connection_."
func (r *Receiver) mayCompress(o Opcode) bool {
	return r.Deflate && (o == OpText || o == OpBinary)
}

// errMasked is for a frame that is masked and should not be, or the opposite.
//
// RFC 6455, section 5.1: "The server MUST close the connection upon receiving
// a frame that is not masked." and "A client MUST close a connection if it
// detects a masked frame."
func errMasked(masked bool) error {
	if masked {
		return violation("5.1", "masked frame from a server")
	}
	return violation("5.1", "unmasked frame from a client")
}

// errReserved is for a reserved bit.
//
// RFC 6455, section 5.2: "If a nonzero value is received and none of the
// negotiated extensions defines the meaning of such a nonzero value, the
// receiving endpoint MUST _Fail the WebSocket Connection_."
func errReserved(h *Header) error {
	bits := ""
	for i, set := range []bool{h.RSV1, h.RSV2, h.RSV3} {
		if set {
			bits += " RSV" + strconv.Itoa(i+1)
		}
	}
	return violation("5.2", h.Opcode.String()+" frame with reserved bits set:"+bits)
}

// errAfterClose is for whatever follows a Close frame. It is to be discarded
// (section 1.4), so a caller does better not to read it.
//
// RFC 6455, section 5.5.1: "The application MUST NOT send any more data frames
// after sending a Close frame."
func errAfterClose(h *Header) error {
	return violation("5.5.1", h.Opcode.String()+" frame after a close frame")
}

// checkControlLength is for headers that ParseHeader has not seen.
func checkControlLength(h *Header) error {
	if h.Length < 0 || h.Length > MaxControlPayload {
		return errControlLength(h)
	}
	return nil
}

// errSequence is for frames of messages that do not follow one another.
//
// RFC 6455, section 5.4: "The fragments of one message MUST NOT be interleaved
// between the fragments of another message unless an extension has been
// negotiated that can interpret the interleaving."
func errSequence(h *Header) error {
	if h.Opcode == OpContinuation {
		return violation("5.4", "continuation frame without a message to continue")
	}
	return violation("5.4", h.Opcode.String()+" frame inside a fragmented message")
}

// checkLimits checks the message's size and number of frames as they would be
// with h. Comparing with what is left of the limit cannot overflow.
//
// RFC 6455, section 10.4: "Implementations that have implementation- and/or
// platform-specific limitations regarding the frame size or total message size
// after reassembly from multiple frames MUST protect themselves against
// exceeding those limits."
func (r *Receiver) checkLimits(h *Header) error {
	size, fragments := int64(0), 0
	if h.Opcode == OpContinuation {
		size, fragments = r.size, r.fragments
	}
	if h.Length < 0 {
		return violation("5.2", "negative payload length")
	}
	if limit := r.maxSize(h); h.Length > limit-size {
		return tooBig(limit, size, h.Length)
	}
	if limit := r.maxFragments(); fragments >= limit {
		return &TooManyFragmentsError{Limit: limit}
	}
	return nil
}

func tooBig(limit, size, length int64) error {
	if length > math.MaxInt64-size {
		return &TooBigError{Limit: limit, Size: math.MaxInt64}
	}
	return &TooBigError{Limit: limit, Size: size + length}
}

// maxSize returns the limit in force for the message that h begins or goes on
// with. A message over the largest int64 cannot be counted, let alone held, so
// that is the limit if there is no other.
func (r *Receiver) maxSize(h *Header) int64 {
	limit := r.MaxMessageSize
	if r.MaxCompressedSize != 0 && (h.RSV1 || h.Opcode == OpContinuation && r.compressed) {
		limit = r.MaxCompressedSize
	}
	if limit <= 0 {
		return math.MaxInt64
	}
	return limit
}

func (r *Receiver) maxFragments() int {
	switch {
	case r.MaxFragments == 0:
		return DefaultMaxFragments
	case r.MaxFragments < 0:
		return math.MaxInt
	}
	return r.MaxFragments
}
