package native

import (
	"sync"

	"github.com/amphiwire/amphiwire/internal/rfc7692"
)

// offer is what the client says of permessage-deflate; "" offers nothing.
func (o *Options) offer() string {
	if o.NoCompression {
		return ""
	}
	return rfc7692.Offer(o.deflate())
}

func (o *Options) deflate() rfc7692.Options {
	return rfc7692.Options{
		ServerNoContextTakeover: o.NoContextTakeover,
		ClientNoContextTakeover: o.NoContextTakeover,
		ServerMaxWindowBits:     o.MaxWindowBits,
		ClientMaxWindowBits:     o.MaxWindowBits,
	}
}

// negotiated makes the codecs for what the server answered to the offer.
func (c *Conn) negotiated(o *Options, answer string) error {
	if answer == "" {
		return nil
	}
	p, ok, err := rfc7692.CheckAnswer(o.offer(), answer)
	if err != nil || !ok {
		return err
	}
	c.w.deflater, c.rd.inflater = p.Client()
	c.w.compress = o.Compress
	c.rd.limit = c.cfg.MaxMessageSize
	c.rd.rx.Deflate, c.rd.rx.MaxCompressedSize = true, rfc7692.WireLimit(c.cfg.MaxMessageSize)
	return nil
}

// packed holds buffers for compressed messages on their way out.
var packed = sync.Pool{New: func() any { return new([]byte) }}

// pack compresses s if that is worth while. done gives the buffer back.
func (w *writer) pack(s *send) (payload []byte, compressed bool, done func(), err error) {
	if w.deflater == nil || !w.compress(s.m) {
		return s.m.Data, false, func() {}, nil
	}
	buf := packed.Get().(*[]byte)
	*buf, err = w.deflater.Deflate((*buf)[:0], s.m.Data)
	return *buf, true, func() { packed.Put(buf) }, err
}

// inflate takes a piece of a compressed message's payload, or none at its end.
// What it stands for goes to the message at once: RFC 6455 asks of text that it
// is refused at the first byte that cannot be UTF-8 (section 8.1), and the
// limit is as good as the check of it is early.
func (rd *reader) inflate(piece []byte) error {
	at, room, last := len(rd.msg), cap(rd.msg), rd.rx.MessageDone()
	var err error
	rd.msg, err = rd.inflater.Part(rd.msg, piece, rd.limit, last)
	rd.own = rd.own || cap(rd.msg) > room
	if bad := rd.rx.Inflated(rd.msg[at:], last && err == nil); bad != nil {
		return bad
	}
	return err
}
