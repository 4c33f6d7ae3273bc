package rfc6455

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

// An oracle is a second receiver, slow and simple: it looks at all that was
// sent, bit by bit, knows RFC 6455 and the standard library alone, and shares
// no code with the package.
type oracle struct {
	client, deflate bool
	limit, frames   int // of a message

	bits   string // what has not been looked at, as zeros and ones
	events []string
}

// fault is the close code by which an oracle fails a connection, or why it
// stops without.
type fault int

const (
	cutShort fault = -1 // the bytes end inside a frame, or between two
	closed   fault = 0  // a Close frame has come
)

// ask returns what a receiver makes of wire: events and the close code.
func (o oracle) ask(wire []byte) (events []string, end fault) {
	var bits strings.Builder
	for _, b := range wire {
		fmt.Fprintf(&bits, "%08b", b)
	}
	o.bits = bits.String()
	defer func() {
		stop, ok := recover().(fault)
		if !ok {
			panic("the oracle is broken")
		}
		events, end = o.events, stop
	}()
	for m := new(oracleMessage); ; {
		o.frame(m)
	}
}

// An oracleMessage is what has arrived of a message, if it has begun.
type oracleMessage struct {
	begun, compressed bool
	opcode, frames    int
	data              []byte
	whole             int // data[:whole] is characters, if it is text
}

func (o *oracle) refuse(yes bool, code fault) {
	if yes {
		panic(code)
	}
}

func (o *oracle) take(n int) (v uint64) {
	for range n {
		o.refuse(o.bits == "", cutShort)
		v = v<<1 | uint64(o.bits[0]-'0')
		o.bits = o.bits[1:]
	}
	return v
}

func (o *oracle) flag() bool { return o.take(1) == 1 }

// frame reads one frame. Section 5.2 has the fields in their order; what is
// over a limit matters only if nothing else is wrong.
func (o *oracle) frame(m *oracleMessage) {
	fin, rsv1, rsv2, rsv3 := o.flag(), o.flag(), o.flag(), o.flag()
	opcode, masked := int(o.take(4)), o.flag()
	length, minimal := o.length()
	control, goesOn := opcode >= 8, opcode == 0
	var key [4]byte
	for i := 0; masked && i < 4; i++ {
		key[i] = byte(o.take(8))
	}
	o.refuse(!minimal || length>>63 == 1, 1002)                      // 5.2
	o.refuse(masked == o.client, 1002)                               // 5.1
	o.refuse(rsv2 || rsv3, 1002)                                     // 5.2
	o.refuse(rsv1 && (!o.deflate || control || goesOn), 1002)        // 5.2; RFC 7692, 6.1
	o.refuse(opcode >= 3 && opcode <= 7 || opcode >= 11, 1002)       // 5.2
	o.refuse(control && (!fin || length > 125), 1002)                // 5.5
	o.refuse(!control && goesOn != m.begun, 1002)                    // 5.4
	o.refuse(!control && length > uint64(o.limit-len(m.data)), 1009) // 7.4.1
	o.refuse(!control && m.frames == o.frames, 1008)                 // 10.4
	if control {
		o.control(opcode, o.payload(length, key, nil, func([]byte) {}))
		return
	}
	if !goesOn {
		*m = oracleMessage{begun: true, compressed: rsv1, opcode: opcode}
	}
	m.frames++
	isText := m.opcode == 1 && !m.compressed
	m.data = o.payload(length, key, m.data, func(soFar []byte) {
		if isText && utf8.Valid(soFar[m.whole:]) {
			m.whole = len(soFar)
		}
		o.refuse(isText && !beginsText(soFar[m.whole:]), 1007) // 8.1
	})
	if fin {
		o.refuse(isText && !utf8.Valid(m.data), 1007)
		o.events = append(o.events, fmt.Sprintf("%d %t %q", m.opcode, m.compressed, m.data))
		*m = oracleMessage{}
	}
}

// length reads the three lengths there may be. "the minimal number of bytes
// MUST be used to encode the length".
func (o *oracle) length() (n uint64, minimal bool) {
	switch n = o.take(7); n {
	case 126:
		n = o.take(16)
		return n, n > 125
	case 127:
		n = o.take(64)
		return n, n > 0xffff
	}
	return n, true
}

// payload appends n bytes to p, and shows what there is after each of them.
// Section 5.3: "octet i of the transformed data is the XOR of octet i of the
// original data with octet at index i modulo 4 of the masking key".
func (o *oracle) payload(n uint64, key [4]byte, p []byte, look func([]byte)) []byte {
	for i := range n {
		p = append(p, byte(o.take(8))^key[i%4])
		look(p)
	}
	return p
}

// control takes a whole control frame.
func (o *oracle) control(opcode int, payload []byte) {
	code, reason := 1005, ""
	if opcode == 8 && len(payload) > 0 {
		o.refuse(len(payload) == 1, 1002) // 5.5.1
		code, reason = int(payload[0])<<8|int(payload[1]), string(payload[2:])
		o.refuse(!mayBeSent(code), 1002)          // 7.4
		o.refuse(!utf8.ValidString(reason), 1007) // 5.5.1, 8.1
	}
	if opcode == 8 {
		o.events = append(o.events, fmt.Sprintf("close %d %q", code, reason))
		panic(closed)
	}
	o.events = append(o.events, fmt.Sprintf("%d false %q", opcode, payload))
}

// mayBeSent is section 7.4 and the registry of its section 11.7.
func mayBeSent(code int) bool {
	switch code {
	case 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014:
		return true
	}
	return code >= 3000 && code <= 4999
}

// beginsText reports whether anything makes valid UTF-8 of p by following it:
// it tries. These three bytes are in every range that a continuation byte has
// in RFC 3629, section 4.
func beginsText(p []byte) bool {
	rest := [][]byte{nil}
	for ; len(rest[0]) < 4; rest = oneMore(rest) {
		for _, r := range rest {
			if utf8.Valid(append(bytes.Clone(p), r...)) {
				return true
			}
		}
	}
	return false
}

func oneMore(list [][]byte) (longer [][]byte) {
	for _, p := range list {
		for _, b := range []byte{0x80, 0x90, 0xa0} {
			longer = append(longer, append(bytes.Clone(p), b))
		}
	}
	return longer
}

// told returns what a session tells, in the words of an oracle.
func (s *session) told() (list []string, end fault) {
	for _, e := range s.events {
		if e.op == OpClose {
			list = append(list, fmt.Sprintf("close %d %q", e.code, e.data))
		} else {
			list = append(list, fmt.Sprintf("%d %t %q", e.op, e.compressed, e.data))
		}
	}
	var violation *Error
	var big *TooBigError
	switch {
	case errors.As(s.err, &violation):
		return list, fault(violation.Code)
	case errors.As(s.err, &big):
		return list, 1009
	case s.ended:
		return list, closed
	}
	return list, cutShort
}

// requireOracleAgrees asks an oracle about what s was fed. A receiver that does
// not wait for the end of a header which is wrong whatever that may be is right:
// then the oracle has to say so of two ends that have no bit in common.
func requireOracleAgrees(t testing.TB, s *session, o oracle, wire []byte) {
	t.Helper()
	events, end := s.told()
	want, theirs := o.ask(wire)
	if theirs == cutShort && end != cutShort {
		want, theirs = o.ask(append(bytes.Clone(wire), make([]byte, MaxHeaderSize)...))
		_, other := o.ask(append(bytes.Clone(wire), bytes.Repeat([]byte{0xff}, MaxHeaderSize)...))
		assert.Equal(t, theirs, other, "%x", wire)
	}
	assert.Equal(t, want, events, "%x", wire)
	assert.Equal(t, theirs, end, "%x: %v", wire, s.err)
}
