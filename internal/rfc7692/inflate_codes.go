package rfc7692

// tables are the codes of the block that is being decoded.
type tables struct {
	literals, distances       *decoder
	ownLiterals, ownDistances decoder // of a dynamic block
	nLiterals, nDistances     int     // of one
	codeLens                  [numCodeLens]uint8
	allLens                   [numLiterals + numDistances]uint8
}

// dynamicHeader decodes how many codes a dynamic block has (RFC 1951, section
// 3.2.7).
func (m *inflating) dynamicHeader() error {
	if !m.in.has(14) {
		return errMore
	}
	// 287 and 288 literals, 31 and 32 distances can be said, but do not exist.
	m.nLiterals, m.nDistances = firstLength+int(m.in.take(5)), 1+int(m.in.take(5))
	if m.nLiterals > numLiterals || m.nDistances > numDistances {
		return m.corrupt("too many symbols")
	}
	clear(m.codeLens[:])
	m.left, m.lens, m.step = 4+int(m.in.take(4)), 0, inCodeLens
	return nil
}

// codeLensCode decodes the code that the lengths of the other codes are in: the
// lengths of its own are sent in three bits each, the first of them, and those
// that are not sent are zero. The decoder of distances is free until they are
// known.
func (m *inflating) codeLensCode() error {
	for ; m.lens < m.left; m.lens++ {
		if !m.in.has(3) {
			return errMore
		}
		m.codeLens[codeLensOrder[m.lens]] = uint8(m.in.take(3))
	}
	if !m.ownDistances.init(m.codeLens[:], codeLenEntries[:], maxCodeLensLen) {
		return m.corrupt("lengths that make no code")
	}
	m.lens, m.step = 0, inLens
	return nil
}

// codes makes the decoders of a dynamic block.
func (m *inflating) codes() error {
	lens := m.allLens[:m.nLiterals+m.nDistances]
	if err := m.codeLengths(lens); err != nil {
		return err
	}
	m.literals, m.distances, m.step = &m.ownLiterals, &m.ownDistances, inSymbols
	if !m.literals.init(lens[:m.nLiterals], literalEntries[:], literalRoot) ||
		!m.distances.init(lens[m.nLiterals:], distanceEntries[:], distanceRoot) {
		return m.corrupt("lengths that make no code")
	}
	return nil
}

// codeLengths decodes the lengths of both codes, which are one sequence: a run
// may go from the first to the second, but not beyond. Lengths up to 15 stand
// for themselves, 16 to 18 for runs.
func (m *inflating) codeLengths(lens []uint8) error {
	for m.lens < len(lens) {
		m.in.fill()
		e := m.ownDistances.lookup(m.in.acc)
		extra := extraLens[e.base()]
		if m.in.n < max(1, e.len()+int(extra)) {
			return errMore
		}
		m.in.take(e.len())
		value, n := uint8(e.base()), int(m.in.take(int(extra)))
		switch {
		case e == 0:
			return m.corrupt("bits that are no symbol")
		case value == 16 && m.lens == 0:
			return m.corrupt("nothing to repeat")
		case value == 16:
			value, n = lens[m.lens-1], 3+n
		case value == 17:
			value, n = 0, 3+n
		case value == 18:
			value, n = 0, 11+n
		default:
			n = 1
		}
		if n > len(lens)-m.lens {
			return m.corrupt("too many lengths")
		}
		for range n {
			lens[m.lens] = value
			m.lens++
		}
	}
	return nil
}
