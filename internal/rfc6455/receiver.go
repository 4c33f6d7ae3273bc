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
	// MaxFragments limits the frames of a message, empty ones included. Zero:
	// DefaultMaxFragments; negative: no limit.
	MaxFragments int
	// Deflate says that permessage-deflate was negotiated, which gives RSV1 on
	// the first frame of a message its meaning.
	Deflate bool

	frame     Header // the last that was accepted
	remaining int64  // bytes of its payload still to come
	maskPos   int    // where in the masking key they begin

	op         Opcode // of the message, OpContinuation before the first
	compressed bool
	open       bool  // a message has begun and its last frame has not
	size       int64 // sum of the lengths of the message's frames
	fragments  int
	text       UTF8

	closed bool // a Close frame came
	err    error
}

// Frame takes the header of the next frame, before any of its payload is read
// and before memory is allocated for it. It never blocks.
func (r *Receiver) Frame(h Header) error {
	if r.err != nil {
		return r.err
	}
	if r.remaining > 0 {
		return ErrOrder
	}
	if err := r.check(&h); err != nil {
		return r.fail(err)
	}
	r.frame, r.remaining, r.maskPos = h, h.Length, 0
	if h.Opcode.IsControl() {
		r.closed = h.Opcode == OpClose
		return nil
	}
	if h.Opcode != OpContinuation {
		r.begin(&h)
	}
	r.open = !h.Fin
	r.size += h.Length
	r.fragments++
	return r.endText()
}

// begin starts a message.
func (r *Receiver) begin(h *Header) {
	r.op, r.compressed = h.Opcode, h.RSV1
	r.size, r.fragments = 0, 0
	r.text.Reset()
}

// Payload takes the next piece of the current frame's payload, of any size,
// and unmasks it in place. Text that is not compressed is validated; a
// compressed message is the caller's to validate once inflated, with [UTF8].
// It never blocks.
func (r *Receiver) Payload(p []byte) error {
	if r.err != nil {
		return r.err
	}
	if int64(len(p)) > r.remaining {
		return ErrOrder
	}
	if r.frame.Masked {
		r.maskPos = Mask(p, p, r.frame.MaskKey, r.maskPos)
	}
	r.remaining -= int64(len(p))
	if r.isText() && !r.text.Write(p) {
		return r.fail(errNotUTF8())
	}
	return r.endText()
}

// isText reports whether the current frame's payload is text to validate.
func (r *Receiver) isText() bool {
	return r.op == OpText && !r.compressed && !r.frame.Opcode.IsControl()
}

// endText refuses a text message that has ended inside a character.
//
// RFC 6455, section 8.1: "When an endpoint is to interpret a byte stream as
// UTF-8 but finds that the byte stream is not, in fact, a valid UTF-8 stream,
// that endpoint MUST _Fail the WebSocket Connection_."
func (r *Receiver) endText() error {
	if r.isText() && r.MessageDone() && !r.text.Complete() {
		return r.fail(errNotUTF8())
	}
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
func (r *Receiver) MessageDone() bool {
	return r.remaining == 0 && r.frame.Fin && !r.frame.Opcode.IsControl()
}

// check applies every rule that a header can break, and changes nothing.
func (r *Receiver) check(h *Header) error {
	if err := r.checkBits(h); err != nil {
		return err
	}
	if err := h.checkOpcode(); err != nil {
		return err
	}
	if h.Opcode.IsControl() {
		return r.checkControl(h)
	}
	if err := r.checkSequence(h); err != nil {
		return err
	}
	return r.checkLimits(h)
}

// checkBits checks the bits beside the opcode.
//
// RFC 6455, section 5.1: "The server MUST close the connection upon receiving
// a frame that is not masked." and "A client MUST close a connection if it
// detects a masked frame."
//
// RFC 6455, section 5.2, of RSV1, RSV2, RSV3: "If a nonzero value is received
// and none of the negotiated extensions defines the meaning of such a nonzero
// value, the receiving endpoint MUST _Fail the WebSocket Connection_."
//
// RFC 7692, section 6.1: "An endpoint MUST NOT set the "Per-Message
// Compressed" bit of control frames and non-first fragments of a data message."
func (r *Receiver) checkBits(h *Header) error {
	if h.Masked != (r.Role == Server) {
		return errMasked(h.Masked)
	}
	if h.RSV2 || h.RSV3 || h.RSV1 && !(r.Deflate && (h.Opcode == OpText || h.Opcode == OpBinary)) {
		return errReserved(h)
	}
	return nil
}

func errMasked(masked bool) error {
	if masked {
		return violation("5.1", "masked frame from a server")
	}
	return violation("5.1", "unmasked frame from a client")
}

func errReserved(h *Header) error {
	bits := ""
	for i, set := range []bool{h.RSV1, h.RSV2, h.RSV3} {
		if set {
			bits += " RSV" + strconv.Itoa(i+1)
		}
	}
	return violation("5.2", h.Opcode.String()+" frame with reserved bits set:"+bits)
}

// checkControl checks a control frame; whether it is fragmented is known.
//
// RFC 6455, section 5.5.1: "The application MUST NOT send any more data frames
// after sending a Close frame." What a peer sends all the same is to be
// discarded (section 1.4), so a caller does not read on after a Close frame.
func (r *Receiver) checkControl(h *Header) error {
	if h.Length < 0 || h.Length > MaxControlPayload {
		return errControlLength(*h)
	}
	if r.closed {
		return errAfterClose(h)
	}
	return nil
}

func errAfterClose(h *Header) error {
	return violation("5.5.1", h.Opcode.String()+" frame after a close frame")
}

// checkSequence checks that the frames of a message follow one another.
//
// RFC 6455, section 5.4: "The fragments of one message MUST NOT be interleaved
// between the fragments of another message unless an extension has been
// negotiated that can interpret the interleaving."
func (r *Receiver) checkSequence(h *Header) error {
	switch {
	case r.closed:
		return errAfterClose(h)
	case h.Opcode == OpContinuation && !r.open:
		return violation("5.4", "continuation frame without a message to continue")
	case h.Opcode != OpContinuation && r.open:
		return violation("5.4", h.Opcode.String()+" frame inside a fragmented message")
	}
	return nil
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
	if limit := r.maxSize(); h.Length > limit-size {
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

// maxSize returns the limit in force. A message over the largest int64 cannot
// be counted, let alone held, so that is the limit if there is no other.
func (r *Receiver) maxSize() int64 {
	if r.MaxMessageSize <= 0 {
		return math.MaxInt64
	}
	return r.MaxMessageSize
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
