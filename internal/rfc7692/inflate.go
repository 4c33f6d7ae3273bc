package rfc7692

import (
	"math"
	"sync"
)

// Inflater restores the payloads of the messages that one peer has compressed.
// Between messages it holds their last bytes alone, up to the window, and
// nothing before the first message; inside a message, some 6 KiB more. It is
// not for concurrent use.
type Inflater struct {
	noContextTakeover bool
	history           history
	message           *inflating // the one that has begun, if any
	err               error      // ended it
}

// leastWindowBits is the window of a peer that has agreed to less. zlib has no
// window of 8 bits, so what is built on it compresses with 9 where 8 was agreed
// on. To hold twice 256 bytes costs less than to refuse such a peer.
const leastWindowBits = 9

// NewInflater returns an Inflater for a peer that compresses each message for
// itself, or else refers to earlier ones. windowBits limits how far back it
// refers, as a base-2 logarithm; what is not in 8 to 15 means 15, and 8 means 9.
func NewInflater(noContextTakeover bool, windowBits int) *Inflater {
	window := max(windowSize(windowBits), 1<<leastWindowBits)
	return &Inflater{noContextTakeover: noContextTakeover, history: history{window: window}}
}

// WireLimit is how long the payload of a compressed message may be that inflates
// to at most limit bytes; a limit that is none is returned as it is. Deflate
// makes data longer that has no patterns: by 5 bytes for each 64 KiB in the best
// case, and by more where the peer flushes often.
func WireLimit(limit int64) int64 {
	if limit <= 0 || limit > math.MaxInt64/2 {
		return limit
	}
	return limit + limit/8 + 1<<10
}

// Inflate appends to dst what the compressed payload src, of a whole message,
// stands for. It fails with a *CorruptError, or with a *TooBigError as soon as
// the message turns out to be longer than limit bytes; limit <= 0 means that
// there is none. dst is allocated anew where it is too small, but never for
// more than limit bytes, and is returned as it was if Inflate fails.
//
// After an error the messages that follow cannot be restored, since they may
// refer to this one: Inflate drops its history and returns the error for ever.
func (f *Inflater) Inflate(dst, src []byte, limit int64) ([]byte, error) {
	out, err := f.Part(dst, src, limit, true)
	if err != nil {
		return dst, err
	}
	return out, nil
}

// Part does what Inflate does for a message that comes in parts: it appends to
// dst all that can be told from the parts so far, to the last bit. last marks
// the end of the message; src may be empty. dst must end with what the earlier
// parts of the message have appended. If Part fails, it returns what came
// before the error too. However a message is cut, the parts together come to
// the same, error included.
//
// RFC 7692, section 7.2.2: "Append 4 octets of 0x00 0x00 0xff 0xff to the tail
// end of the payload of the message. Decompress the resulting data using
// DEFLATE."
func (f *Inflater) Part(dst, src []byte, limit int64, last bool) ([]byte, error) {
	if f.err != nil {
		return dst, f.err
	}
	m := f.message
	if m == nil {
		m = inflaters.Get().(*inflating)
		m.begin(&f.history)
	}
	m.goOn(dst, limit)
	err := m.part(src)
	if last && err == errMore {
		err = m.finish()
	}
	dst, m.size = m.out, len(m.out)-m.base
	if err == errMore {
		m.in.src, m.out, f.message = nil, nil, m
		return dst, nil
	}
	f.end(m, err)
	return dst, err
}

// end makes the message, if it ended in order, what later ones may refer to.
func (f *Inflater) end(m *inflating, err error) {
	switch {
	case err != nil:
		f.history.drop()
	case !f.noContextTakeover:
		f.history.add(m.out[m.base:])
	}
	m.release()
	f.message, f.err = nil, err
}

// inflating is the work on one message. Its tables are worth keeping.
type inflating struct {
	in      bitReader
	out     []byte // what the caller gave, and the message as far as it is done
	base    int    // where the message begins in out
	size    int    // how long it was after the part before
	limit   int    // of len(out)
	history *history
	read    int // how many bytes the parts before had
	length  int // how many there are with this one

	progress
	tables
}

var inflaters = sync.Pool{New: func() any { return new(inflating) }}

// begin prepares for a message.
func (m *inflating) begin(h *history) {
	m.in, m.progress = bitReader{}, progress{}
	m.history, m.size, m.length = h, 0, 0
}

// release lets go of what belongs to others.
func (m *inflating) release() {
	m.in, m.out, m.history = bitReader{}, nil, nil
	inflaters.Put(m)
}

// goOn prepares for a part. No limit is the longest slice there can be, so that
// it needs no case of its own.
func (m *inflating) goOn(dst []byte, limit int64) {
	m.out, m.base = dst, len(dst)-m.size
	const most = int(^uint(0) >> 1)
	if m.limit = most; limit > 0 && limit < int64(most-m.base) {
		m.limit = m.base + int(limit)
	}
}

// part decodes a part as far as its bits go, and returns errMore if that is
// between two bits where a message may go on.
func (m *inflating) part(src []byte) error {
	m.read = m.length
	m.length += len(src)
	m.in.src, m.in.pos = src, 0
	return m.decode()
}

// finish appends the tail. The message has ended where nothing is left after a
// block.
//
// RFC 7692, section 7.2.3.4, has a byte follow a final block to which the tail
// belongs. A sender that knows DEFLATE alone, whose data end with that block,
// leaves it out, and receivers that know it alone miss nothing.
func (m *inflating) finish() error {
	if m.step == atBlock && m.final && m.in.n == 0 {
		return nil
	}
	m.read = m.length
	m.in.src, m.in.pos = tail[:], 0
	if err := m.decode(); err != errMore {
		return err
	}
	if m.step != atBlock || m.in.n > 0 {
		return m.corrupt("unexpected end")
	}
	return nil
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
	return &CorruptError{Offset: min(m.read+m.in.offset(), m.length), Msg: msg}
}
