package rfc7692

import "sync"

// Inflater restores the payloads of the messages that one peer has compressed.
// Between messages it holds their last bytes alone, up to the window, and
// nothing before the first message. It is not for concurrent use.
type Inflater struct {
	noContextTakeover bool
	history           history
	err               error // ended it
}

// NewInflater returns an Inflater for a peer that compresses each message for
// itself, or else refers to earlier ones. windowBits limits how far back it
// refers, as a base-2 logarithm; what is not in 8 to 15 means 15.
func NewInflater(noContextTakeover bool, windowBits int) *Inflater {
	return &Inflater{noContextTakeover: noContextTakeover, history: history{window: windowSize(windowBits)}}
}

// Inflate appends to dst what the compressed payload src, of a whole message,
// stands for. It fails with a *CorruptError, or with a *TooBigError as soon as
// the message turns out to be longer than limit bytes; limit <= 0 means that
// there is none. dst is allocated anew where it is too small, but never for
// more than limit bytes, and is returned as it was if Inflate fails.
//
// After an error the messages that follow cannot be restored, since they may
// refer to this one: Inflate drops its history and returns the error for ever.
//
// RFC 7692, section 7.2.2: "Append 4 octets of 0x00 0x00 0xff 0xff to the tail
// end of the payload of the message. Decompress the resulting data using
// DEFLATE."
func (f *Inflater) Inflate(dst, src []byte, limit int64) ([]byte, error) {
	if f.err != nil {
		return dst, f.err
	}
	m := inflaters.Get().(*inflating)
	defer m.release()
	m.begin(dst, src, limit, &f.history)
	if f.err = m.blocks(); f.err != nil {
		f.history.drop()
		return dst, f.err
	}
	if !f.noContextTakeover {
		f.history.add(m.out[m.base:])
	}
	return m.out, nil
}

// inflating is the work on one message. Its tables are worth keeping.
type inflating struct {
	in      bitReader
	out     []byte // what the caller gave, and the message as far as it is done
	base    int    // where the message begins in out
	limit   int    // of len(out)
	history *history

	literals, distances decoder                           // of a dynamic block
	lens                [numLiterals + numDistances]uint8 // of their codes
}

var inflaters = sync.Pool{New: func() any { return new(inflating) }}

// begin prepares for a message. No limit is the longest slice there can be, so
// that it needs no case of its own.
func (m *inflating) begin(dst, src []byte, limit int64, h *history) {
	m.in = bitReader{src: src}
	m.out, m.base, m.history = dst, len(dst), h
	const most = int(^uint(0) >> 1)
	if m.limit = most; limit > 0 && limit < int64(most-len(dst)) {
		m.limit = len(dst) + int(limit)
	}
}

// release lets go of what belongs to others.
func (m *inflating) release() {
	m.in, m.out, m.history = bitReader{}, nil, nil
	inflaters.Put(m)
}

// room grows out's capacity, never beyond the limit, so that n bytes more fit.
// The first guess is what can be right without wasting much.
func (m *inflating) room(n int) error {
	need := len(m.out) + n
	if need < len(m.out) || need > m.limit {
		return &TooBigError{Limit: int64(m.limit - m.base), Size: int64(len(m.out)-m.base) + int64(n)}
	}
	if need > cap(m.out) {
		grown := max(need, min(m.limit, max(2*cap(m.out), len(m.out)+2*len(m.in.src), 64)))
		out := make([]byte, len(m.out), grown)
		copy(out, m.out)
		m.out = out
	}
	return nil
}

// corrupt returns the error for what was read last.
func (m *inflating) corrupt(msg string) error {
	return &CorruptError{Offset: m.in.offset(), Msg: msg}
}
