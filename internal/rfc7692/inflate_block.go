package rfc7692

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

// blocks decodes all blocks of the message. It has ended where, after a block,
// nothing is left. That is not after the final block, as in other formats.
//
// RFC 7692, section 7.2.1: "An endpoint MAY use both DEFLATE blocks with the
// "BFINAL" bit set to 0 and DEFLATE blocks with the "BFINAL" bit set to 1.
// When any DEFLATE block with the "BFINAL" bit set to 1 doesn't end at a byte
// boundary, an endpoint MUST add minimal padding bits of 0 to make it end at a
// byte boundary. The next DEFLATE block follows the padded data if any."
func (m *inflating) blocks() error {
	for !m.in.empty() {
		m.in.fill()
		final := m.in.take(1) == 1
		if err := m.block(m.in.take(2)); err != nil {
			return err
		}
		if final { // no more than where its padding ends
			m.in.align()
		}
	}
	return nil
}

// block decodes one block after the bit that says whether it is final.
func (m *inflating) block(kind uint32) error {
	switch {
	case m.in.n < 0:
		return m.corrupt("unexpected end")
	case kind == storedBlock:
		return m.stored()
	case kind == fixedBlock:
		return m.compressed(&fixedLiterals, &fixedDistances)
	case kind == dynamicBlock:
		if err := m.codes(); err != nil {
			return err
		}
		return m.compressed(&m.literals, &m.distances)
	}
	return m.corrupt("reserved type of block")
}

// stored copies a block that is not compressed (RFC 1951, section 3.2.4).
func (m *inflating) stored() error {
	m.in.align()
	m.in.fill()
	n, complement := m.in.take(16), m.in.take(16)
	switch {
	case m.in.n < 0:
		return m.corrupt("unexpected end")
	case n != ^complement&0xffff:
		return m.corrupt("length of a stored block does not match its complement")
	}
	// The tail may belong to it: the RFC has it appended before anything else.
	for left := int(n); left > 0; {
		p := m.in.bytes(left)
		if len(p) == 0 {
			return m.corrupt("unexpected end")
		}
		if err := m.room(len(p)); err != nil {
			return err
		}
		m.out = append(m.out, p...)
		left -= len(p)
	}
	return nil
}

// compressed decodes literals and matches up to the end of the block. This is
// the loop that takes the time, so it works on copies of what it reads and
// writes, and leaves to others what is rare: a buffer that is full, a reference
// to an earlier message, and all that is wrong.
//
// One fill is enough for a length and a distance, whose codes and extra bits are
// 48 bits at most. Bits beyond the end read as zeros and make in.n negative,
// which is looked at before anything that they say is believed.
func (m *inflating) compressed(literals, distances *decoder) error {
	in, out, base, window := m.in, m.out, m.base, m.history.window
	for {
		in.fill()
		e := literals.lookup(in.acc)
		in.take(e.len())
		if e.kind() == literal && in.n >= 0 && len(out) < min(cap(out), m.limit) {
			out = append(out, byte(e.base()))
			continue
		}
		if e.kind() != matched || in.n < 0 {
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
		if in.n >= 0 && 0 < distance && distance <= min(len(out)-base, window) && length <= min(cap(out), m.limit)-len(out) {
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
	switch {
	case m.in.n < 0:
		return false, m.corrupt("unexpected end")
	case e.kind() == end:
		return false, nil
	case e.kind() != literal:
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
	case m.in.n < 0:
		return m.corrupt("unexpected end")
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

// codes reads the codes of a dynamic block (RFC 1951, section 3.2.7).
func (m *inflating) codes() error {
	in := &m.in
	in.fill()
	// 287 and 288 literals, 31 and 32 distances can be said, but do not exist.
	literals, distances := firstLength+int(in.take(5)), 1+int(in.take(5))
	if literals > numLiterals || distances > numDistances {
		return m.corrupt("too many symbols")
	}
	if err := m.codeLensCode(4 + int(in.take(4))); err != nil {
		return err
	}
	lens := m.lens[:literals+distances]
	if err := m.codeLens(lens); err != nil {
		return err
	}
	if !m.literals.init(lens[:literals], literalEntries[:], literalRoot) ||
		!m.distances.init(lens[literals:], distanceEntries[:], distanceRoot) {
		return m.corrupt("lengths that make no code")
	}
	return nil
}

// codeLensCode reads the code that the lengths of the other codes are in: the
// lengths of its own are sent in three bits each, the first n of them, and those
// that are not sent are zero. The decoder of distances is free until they are
// known.
func (m *inflating) codeLensCode(n int) error {
	var lens [numCodeLens]uint8
	for _, symbol := range codeLensOrder[:n] {
		m.in.fill()
		lens[symbol] = uint8(m.in.take(3))
	}
	if !m.distances.init(lens[:], codeLenEntries[:], maxCodeLensLen) {
		return m.corrupt("lengths that make no code")
	}
	return nil
}

// codeLens reads the lengths of both codes, which are one sequence: a run may
// go from the first to the second, but not beyond. Lengths up to 15 stand for
// themselves, 16 to 18 for runs.
func (m *inflating) codeLens(lens []uint8) error {
	for i := 0; i < len(lens); {
		m.in.fill()
		e := m.distances.lookup(m.in.acc)
		m.in.take(e.len())
		value, n := uint8(e.base()), 1
		switch {
		case m.in.n < 0:
			return m.corrupt("unexpected end")
		case e == 0:
			return m.corrupt("bits that are no symbol")
		case value == 16 && i == 0:
			return m.corrupt("nothing to repeat")
		case value == 16:
			value, n = lens[i-1], 3+int(m.in.take(2))
		case value == 17:
			value, n = 0, 3+int(m.in.take(3))
		case value == 18:
			value, n = 0, 11+int(m.in.take(7))
		}
		if n > len(lens)-i {
			return m.corrupt("too many lengths")
		}
		for range n {
			lens[i] = value
			i++
		}
	}
	return nil
}
