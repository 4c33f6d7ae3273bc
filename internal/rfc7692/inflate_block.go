package rfc7692

import "errors"

// Roots of the decoders' tables: long enough for nearly all symbols, short
// enough to be built for a message of a few hundred bytes. A code whose longest
// symbol is shorter has a table that is shorter too.
const (
	literalRoot  = 10
	distanceRoot = 8
)

// The decoders of fixed blocks.
var fixedLiterals, fixedDistances = func() (l, d decoder) {
	l.init(fixedLens[:], literalEntries[:], literalRoot)
	d.init(fixedDistanceLens[:], distanceEntries[:], distanceRoot)
	return l, d
}()

// errMore says that the part ends before what is to be decoded next. Nothing of
// that has been taken.
var errMore = errors.New("rfc7692: more to come")

// A step is what is to be decoded next.
type step uint8

const (
	atBlock    step = iota // the header of a block, or the end of the message
	atStored               // the length of a stored block
	inStored               // its bytes
	atDynamic              // how many codes a dynamic block has
	inCodeLens             // the code that their lengths are in
	inLens                 // those lengths
	inSymbols              // literals and matches
)

// progress is how far the work on a message has come.
type progress struct {
	step  step
	final bool // the block has the bit that says so
	left  int  // of a stored block, or of code lengths in their order
	lens  int  // how many are known
}

// decode decodes until there is an error, which it returns. errMore is the one
// that any message comes to. A message goes on after the final block, unlike
// in other formats.
//
// RFC 7692, section 7.2.1: "An endpoint MAY use both DEFLATE blocks with the
// "BFINAL" bit set to 0 and DEFLATE blocks with the "BFINAL" bit set to 1.
// When any DEFLATE block with the "BFINAL" bit set to 1 doesn't end at a byte
// boundary, an endpoint MUST add minimal padding bits of 0 to make it end at a
// byte boundary. The next DEFLATE block follows the padded data if any."
func (m *inflating) decode() error {
	for {
		if err := m.advance(); err != nil {
			return err
		}
	}
}

// advance takes the next step.
func (m *inflating) advance() error {
	switch m.step {
	case atStored:
		return m.storedHeader()
	case inStored:
		return m.stored()
	case atDynamic:
		return m.dynamicHeader()
	case inCodeLens:
		return m.codeLensCode()
	case inLens:
		return m.codes()
	case inSymbols:
		return m.symbols(m.literals, m.distances)
	}
	return m.header()
}

// header decodes what every block begins with.
func (m *inflating) header() error {
	if !m.in.has(3) {
		return errMore
	}
	m.final = m.in.take(1) == 1
	switch m.in.take(2) {
	case storedBlock:
		m.in.align()
		m.step = atStored
	case fixedBlock:
		m.literals, m.distances, m.step = &fixedLiterals, &fixedDistances, inSymbols
	case dynamicBlock:
		m.step = atDynamic
	default:
		return m.corrupt("reserved type of block")
	}
	return nil
}

// endBlock goes to the end of a final block's padding, and no further.
func (m *inflating) endBlock() {
	if m.final {
		m.in.align()
	}
	m.step = atBlock
}

// storedHeader decodes the length of a block that is not compressed (RFC 1951,
// section 3.2.4).
func (m *inflating) storedHeader() error {
	if !m.in.has(32) {
		return errMore
	}
	n, complement := m.in.take(16), m.in.take(16)
	if n != ^complement&0xffff {
		return m.corrupt("length of a stored block does not match its complement")
	}
	m.left, m.step = int(n), inStored
	return nil
}

// stored copies the bytes of such a block, up to the limit. The tail may belong
// to it: the RFC has it appended before anything else.
func (m *inflating) stored() error {
	for m.left > 0 {
		p := m.in.bytes(min(m.left, max(m.limit-len(m.out), 1)))
		if len(p) == 0 {
			return errMore
		}
		if err := m.room(len(p)); err != nil {
			return err
		}
		m.out = append(m.out, p...)
		m.left -= len(p)
	}
	m.endBlock()
	return nil
}

// symbols decodes literals and matches up to the end of the block. This is the
// loop that takes the time, so it works on copies of what it reads and writes,
// and leaves to others what is rare: a buffer that is full, a reference to an
// earlier message, and all that is wrong.
//
// One fill is enough for a length and a distance, whose codes and extra bits are
// 48 bits at most. Bits beyond the end read as zeros and make in.n negative,
// which is looked at before anything that they say is believed.
func (m *inflating) symbols(literals, distances *decoder) error {
	in, out, base, window := m.in, m.out, m.base, m.history.window
	for {
		in.fill()
		acc, n := in.acc, in.n
		e := literals.lookup(in.acc)
		in.take(e.len())
		if e.kind() == literal && in.n >= 0 && len(out) < min(cap(out), m.limit) {
			out = append(out, byte(e.base()))
			continue
		}
		if e.kind() != matched && in.n >= 0 {
			m.in, m.out = in, out
			if more, err := m.literalOrEnd(e); !more {
				return err
			}
			out = m.out
			continue
		}
		length := e.base() + int(in.take(e.extra()))
		e = distances.lookup(in.acc)
		in.take(e.len())
		distance := e.base() + int(in.take(e.extra()))
		if in.n < 0 {
			in.acc, in.n = acc, n
			m.in, m.out = in, out
			return errMore
		}
		if 0 < distance && distance <= min(len(out)-base, window) && length <= min(cap(out), m.limit)-len(out) {
			out = repeat(out, length, distance)
			continue
		}
		m.in, m.out = in, out
		if err := m.match(length, distance); err != nil {
			return err
		}
		out = m.out
	}
}

// literalOrEnd is told what stands where a length does not. It reports whether
// the block goes on.
func (m *inflating) literalOrEnd(e entry) (more bool, err error) {
	switch e.kind() {
	case end:
		m.endBlock()
		return false, nil
	case literal:
	default:
		return false, m.corrupt("bits that are no symbol")
	}
	if err := m.room(1); err != nil {
		return false, err
	}
	m.out = append(m.out, byte(e.base()))
	return true, nil
}

// match repeats length bytes from distance bytes ago, which may lie in earlier
// messages.
//
// RFC 7692, section 7.2.1: "If the "agreed parameters" contain the
// "client_max_window_bits" extension parameter with a value of w, the client
// MUST NOT use an LZ77 sliding window longer than the w-th power of 2 bytes to
// compress messages to send." It says the same of a server. A peer that does
// would be understood or not depending on how long its messages are, so it is
// found out at once.
func (m *inflating) match(length, distance int) error {
	have := len(m.out) - m.base
	switch {
	case distance == 0:
		return m.corrupt("bits that are no distance")
	case distance > m.history.window:
		return m.corrupt("distance beyond the window")
	case distance > have+m.history.size():
		return m.corrupt("distance beyond the beginning")
	}
	if err := m.room(length); err != nil {
		return err
	}
	if back := distance - have; back > 0 {
		n := len(m.out)
		m.out = m.out[:n+min(length, back)]
		m.history.copyTo(m.out[n:], back)
		if length -= len(m.out) - n; length == 0 {
			return nil
		}
	}
	m.out = repeat(m.out, length, distance)
	return nil
}

// repeat appends length bytes from distance bytes ago, each of which may be one
// of those that it has appended (RFC 1951, section 3.2.3: "the referenced string
// may overlap the current position"). The room is there.
func repeat(out []byte, length, distance int) []byte {
	n := len(out)
	out = out[:n+length]
	for to, from := out[n:], out[n-distance:]; len(to) > 0; {
		// What has been copied doubles what can be copied.
		k := copy(to, from[:len(from)-len(to)])
		to = to[k:]
	}
	return out
}
