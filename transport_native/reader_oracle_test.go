package native

import (
	"bytes"
	"compress/flate"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
)

// A slowReader makes an outcome of a whole stream: frame by frame, with all of
// a message before it looks into it, and with the inflater of the standard
// library. The rules for headers are those of package rfc6455, which has an
// oracle of its own.
type slowReader struct {
	rx      rfc6455.Receiver
	data    []byte
	history []byte // what was inflated
	message []byte
	seen    []string
	begin   int // how much had been seen when the message began
}

// The verdicts of a slowReader: what the error of a reader has to contain.
const (
	verdictCut     = "unexpected EOF"
	verdictText    = "not UTF-8"
	verdictCorrupt = "corrupt deflate data"
	verdictTooBig  = "over the limit"
)

// read returns what a reader has to come to. Of several verdicts any will do;
// none says that the stream ends inside a compressed message, of which a reader
// may know more.
func (s *slowReader) read() (verdicts []string) {
	for {
		n, err := s.rx.Next(s.data)
		if err == nil && n == 0 {
			return s.unless(verdictCut)
		}
		if err != nil {
			return s.unless(err.Error())
		}
		op := s.rx.Header().Opcode
		if op == rfc6455.OpText || op == rfc6455.OpBinary {
			s.begin, s.message = len(s.seen), []byte{}
		}
		payload := bytes.Clone(s.data[n:][:min(int64(len(s.data)-n), s.rx.Remaining())])
		s.data = s.data[n+len(payload):]
		if err := s.rx.Payload(payload); err != nil {
			return []string{err.Error()}
		}
		switch {
		case s.rx.Remaining() > 0:
			return s.unless(verdictCut)
		case op.IsControl():
			s.seen = append(s.seen, op.String()+string(payload))
			continue
		}
		s.message = append(s.message, payload...)
		if s.rx.MessageDone() {
			if verdicts = s.take(); verdicts != nil {
				return verdicts
			}
		}
	}
}

// unless returns verdict unless a compressed message has begun.
func (s *slowReader) unless(verdict string) []string {
	if _, compressed := s.rx.Message(); compressed && s.message != nil {
		return nil
	}
	return []string{verdict}
}

// take takes a message that is complete.
func (s *slowReader) take() (verdicts []string) {
	op, compressed := s.rx.Message()
	if compressed {
		out, err := slowInflate(s.message, s.history)
		s.history = append(s.history, out...)
		text := op == rfc6455.OpText && !utf8.Valid(out)
		switch {
		case int64(len(out)) > s.rx.MaxMessageSize:
			return []string{verdictTooBig, verdictText}
		case text && err != nil:
			return []string{verdictText, verdictCorrupt}
		case text:
			return []string{verdictText}
		case err != nil:
			return []string{verdictCorrupt}
		}
		s.message = out
	}
	s.seen = append(s.seen, string(rune('0'+op))+string(s.message))
	s.message = nil
	return nil
}

// slowInflate inflates a message with the standard library. A second final
// block behind the tail tells a message that ends in order from one that does
// not, but after a final block of the message itself the rest needs a new
// reader.
func slowInflate(payload, history []byte) (out []byte, err error) {
	in := bytes.NewReader(append(bytes.Clone(payload), 0, 0, 0xff, 0xff, 1, 0, 0, 0xff, 0xff))
	for in.Len() > 0 && err == nil {
		before := append(bytes.Clone(history), out...)
		var p []byte
		p, err = io.ReadAll(io.LimitReader(flate.NewReaderDict(in, before[max(0, len(before)-1<<15):]), 1<<20))
		if len(p) == 1<<20 {
			return p, nil // is too big anyway
		}
		out = append(out, p...)
	}
	return out, err
}

// agrees reports whether a reader's outcome is one that s may come to. A reader
// may find out what is wrong with a compressed message before it is over, and so
// before control frames inside it.
func (s *slowReader) agrees(got outcome) bool {
	verdicts := s.read()
	least := len(s.seen)
	if _, compressed := s.rx.Message(); compressed && s.message != nil {
		least = s.begin
	}
	if n := len(got.seen); n < least || n > len(s.seen) || !slices.Equal(got.seen, s.seen[:n]) {
		return false
	}
	return verdicts == nil || slices.ContainsFunc(verdicts, func(v string) bool { return strings.Contains(got.err, v) })
}
