package native

import (
	"errors"
	"io"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/rfc7692"
	"github.com/amphiwire/amphiwire/internal/transport"
)

const (
	minReadBuffer = 1 << 10  // of an idle connection
	maxReadBuffer = 64 << 10 // of one whose reads fill what they are given
	// trustSize is how much memory a frame's header is worth. A longer message
	// gets more as its bytes arrive.
	trustSize = 1 << 20
)

// errControl says that a control frame is complete: in reader.op and
// reader.control.
var errControl = errors.New("control frame")

// A reader turns the bytes of a connection into messages. It may fail with a
// deadline at any byte, and goes on there when it is called again. Only the
// holder of the role uses it.
type reader struct {
	nc   io.Reader
	rx   rfc6455.Receiver
	told trace
	buf  []byte // bytes that have arrived: buf[r:w]
	r, w int

	op      rfc6455.Opcode // of the frame that is arriving
	control []byte         // payload of the control frame that is arriving

	inflater *rfc7692.Inflater // nil: not negotiated
	limit    int64             // of an inflated message

	msg     []byte // the message that is arriving
	own     bool   // msg is not the caller's buffer
	discard bool   // messages are dropped as they arrive
}

// next returns the next message, in into if it fits. After errControl, call it
// again.
func (rd *reader) next(into []byte) (transport.Message, error) {
	if !rd.own {
		rd.msg = into[:0]
	}
	for {
		err := rd.step()
		if err == nil && rd.rx.MessageDone() {
			return rd.take(into), nil
		}
		if err == nil && rd.op.IsControl() {
			err = errControl
		}
		if err != nil {
			rd.keep()
			return transport.Message{}, err
		}
	}
}

// step reads one frame, or the rest of one.
func (rd *reader) step() error {
	if rd.rx.Remaining() == 0 {
		if err := rd.header(); err != nil {
			return err
		}
	}
	for rd.rx.Remaining() > 0 {
		if err := rd.payload(); err != nil {
			return err
		}
	}
	return nil
}

// take hands over the message that is complete.
func (rd *reader) take(into []byte) transport.Message {
	op, _ := rd.rx.Message()
	m := transport.Message{Type: transport.Type(op), Data: rd.msg}
	if rd.own {
		m = fit(m, into) // it began before into was there
	}
	rd.msg, rd.own = nil, false
	if m.Data == nil {
		m.Data = []byte{}
	}
	return m
}

// keep moves what has arrived of a message out of the caller's buffer, which
// is the caller's again.
func (rd *reader) keep() {
	if !rd.own && len(rd.msg) > 0 {
		rd.msg = append([]byte(nil), rd.msg...)
		rd.own = true
	}
	if !rd.own {
		rd.msg = nil
	}
}

// header reads and checks the next frame's header.
func (rd *reader) header() error {
	for {
		n, err := rd.rx.Next(rd.buf[rd.r:rd.w])
		if err != nil {
			return err
		}
		if n > 0 {
			rd.r += n
			h := rd.rx.Header()
			rd.told.tell(*h, false)
			rd.op, rd.control = h.Opcode, rd.control[:0]
			if rd.rx.MessageDone() && rd.inflates() { // it ends with an empty frame
				return rd.inflate(nil)
			}
			return nil
		}
		if err := rd.fill(); err != nil {
			return err
		}
	}
}

// payload reads the next piece of the frame's payload: from the buffer if
// there is something in it, and if not, a large piece straight into the
// message.
func (rd *reader) payload() error {
	remaining := rd.rx.Remaining()
	if rd.r == rd.w && remaining >= int64(len(rd.buf)) && !rd.discard && !rd.op.IsControl() && !rd.inflates() {
		return rd.direct(remaining)
	}
	if rd.r == rd.w {
		if err := rd.fill(); err != nil {
			return err
		}
	}
	piece := rd.buf[rd.r:rd.w]
	if int64(len(piece)) > remaining {
		piece = piece[:remaining]
	}
	rd.r += len(piece)
	if err := rd.rx.Payload(piece); err != nil {
		return err
	}
	switch {
	case rd.op.IsControl():
		rd.control = append(rd.control, piece...)
	case rd.inflates():
		return rd.inflate(piece)
	case !rd.discard:
		rd.grow(remaining)
		rd.msg = append(rd.msg, piece...)
	}
	return nil
}

// inflates reports whether the message that is arriving is to be inflated.
func (rd *reader) inflates() bool {
	_, compressed := rd.rx.Message()
	return compressed && !rd.discard
}

// direct reads into the message itself.
func (rd *reader) direct(remaining int64) error {
	rd.grow(remaining)
	at := len(rd.msg)
	room := rd.msg[at:cap(rd.msg)]
	if int64(len(room)) > remaining {
		room = room[:remaining]
	}
	n, err := rd.nc.Read(room)
	rd.msg = rd.msg[:at+n]
	if perr := rd.rx.Payload(rd.msg[at:]); perr != nil {
		return perr
	}
	return readError(n, err)
}

// grow makes room for the next piece of a frame of which remaining bytes are
// to come: all of it, or as much as it may claim before it has arrived.
func (rd *reader) grow(remaining int64) {
	free := cap(rd.msg) - len(rd.msg)
	if int64(free) >= remaining || free > 0 && len(rd.msg) > 0 && rd.own {
		return
	}
	have := int64(len(rd.msg))
	more := min(remaining, max(trustSize, have))
	rd.msg = append(make([]byte, 0, have+max(more, have)), rd.msg...) // doubling keeps many small fragments cheap
	rd.own = true
}

// fill reads more into the buffer, which grows when reads fill it.
func (rd *reader) fill() error {
	rd.w = copy(rd.buf, rd.buf[rd.r:rd.w]) // the beginning of a header, at most
	rd.r = 0
	if len(rd.buf) == 0 {
		rd.buf = make([]byte, minReadBuffer)
	}
	n, err := rd.nc.Read(rd.buf[rd.w:])
	rd.w += n
	if rd.w == len(rd.buf) && len(rd.buf) < maxReadBuffer {
		rd.buf = append(make([]byte, 0, 4*len(rd.buf)), rd.buf...)
		rd.buf = rd.buf[:cap(rd.buf)]
	}
	return readError(n, err)
}

// readError leaves an error that came with bytes for the next read.
func readError(n int, err error) error {
	if n > 0 || err == nil {
		return nil
	}
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// shrink gives back the memory that a burst has left behind.
func (rd *reader) shrink() {
	if rd.r == rd.w && len(rd.buf) > minReadBuffer {
		rd.buf, rd.r, rd.w = nil, 0, 0
	}
}
