package rfc6455

import (
	"fmt"

	"github.com/stretchr/testify/require"
)

// An event is what a program sees of a connection: a whole message, a control
// frame, or what ended it.
type event struct {
	op         Opcode
	compressed bool
	data       string
	code       uint16 // of a Close frame
}

// A session is the least transport there can be: bytes in pieces of any size
// go in, events come out. The tests' tables and the fuzz targets use it.
type session struct {
	Receiver
	buf              []byte // bytes of a header that is not complete
	next             bool   // use Next rather than ParseHeader and Frame
	message, control []byte
	events           []event
	ended            bool // by a Close frame
	err              error
}

// feed takes bytes as they arrive, until the first error or Close frame:
// whatever follows is not looked at.
func (s *session) feed(p []byte) {
	for len(p) > 0 && s.err == nil && !s.ended {
		if s.Remaining() == 0 {
			p = s.header(p)
		} else {
			p = s.payload(p)
		}
	}
}

// header takes bytes one at a time, as the strictest test of needing more.
func (s *session) header(p []byte) []byte {
	s.buf = append(s.buf, p[0])
	n := 0
	if n, s.err = s.begin(s.buf); n > 0 {
		s.buf = s.buf[:0]
		if s.Remaining() == 0 {
			s.frameDone()
		}
	}
	return p[1:]
}

// begin takes the header that p begins with in one of the two ways there are.
func (s *session) begin(p []byte) (int, error) {
	if s.next {
		return s.Next(p)
	}
	h, n, err := ParseHeader(p)
	if n == 0 {
		return 0, err
	}
	if err := s.Frame(h); err != nil {
		return 0, err
	}
	return n, nil
}

func (s *session) payload(p []byte) []byte {
	n := min(int64(len(p)), s.Remaining())
	piece := append([]byte(nil), p[:n]...)
	if s.err = s.Payload(piece); s.err != nil {
		return nil
	}
	if s.frame.Opcode.IsControl() {
		s.control = append(s.control, piece...)
	} else {
		s.message = append(s.message, piece...)
	}
	if s.Remaining() == 0 {
		s.frameDone()
	}
	return p[n:]
}

func (s *session) frameDone() {
	switch {
	case s.frame.Opcode == OpClose:
		e := event{op: OpClose}
		s.ended = true
		if e.code, e.data, s.err = ParseClose(s.control); s.err == nil {
			s.events = append(s.events, e)
		}
	case s.frame.Opcode.IsControl():
		s.events = append(s.events, event{op: s.frame.Opcode, data: string(s.control)})
	case s.MessageDone():
		op, compressed := s.Message()
		s.events = append(s.events, event{op: op, compressed: compressed, data: string(s.message)})
		s.message = nil
	}
	s.control = nil
}

// outcome is the session's result in a form that can be compared.
func (s *session) outcome() string { return fmt.Sprintf("%+v %v", s.events, s.err) }

// requireSameInPieces feeds wire to sessions like s in pieces of several sizes,
// by Next or without it, and requires the outcome that s has.
func requireSameInPieces(t require.TestingT, s *session, like Receiver, wire []byte) {
	for _, size := range []int{1, 2, 3, 7, 64, 1000} {
		other := session{Receiver: like, next: size%2 == 1}
		for rest := wire; len(rest) > 0; {
			n := min(size, len(rest))
			other.feed(rest[:n])
			rest = rest[n:]
		}
		require.Equal(t, s.outcome(), other.outcome(), "in pieces of %d bytes", size)
	}
}
