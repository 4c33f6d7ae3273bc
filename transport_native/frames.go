package native

import (
	"crypto/rand"
	"crypto/tls"
	"io"
	"sync"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
)

// writeSize is the most payload that goes into one write: a larger buffer
// falls out of the processor's cache, a smaller one costs more calls.
const writeSize = 256 << 10

// maskKeys hands out masking keys. RFC 6455, section 5.3: "The masking key
// needs to be unpredictable; thus, the masking key MUST be derived from a
// strong source of entropy." Asking that source for many keys at once makes
// each a third as dear.
type maskKeys struct {
	random [128]byte
	used   int
	filled bool
}

func (k *maskKeys) next() (key [4]byte) {
	if !k.filled || k.used == len(k.random) {
		rand.Read(k.random[:])
		k.filled, k.used = true, 0
	}
	copy(key[:], k.random[k.used:])
	k.used += len(key)
	return key
}

// Buffers of three sizes, for a write that is to leave in one piece. None is
// held between writes.
var buffers = [...]struct {
	size int
	pool *sync.Pool
}{
	{4 << 10, bufferPool(4 << 10)},
	{shareSize + 4<<10, bufferPool(shareSize + 4<<10)},
	{writeSize + 4<<10, bufferPool(writeSize + 4<<10)},
}

func bufferPool(size int) *sync.Pool {
	return &sync.Pool{New: func() any { b := make([]byte, 0, size); return &b }}
}

// write sends control, which is encoded, and the messages of batch in as few
// writes as writeSize allows. The caller holds busy.
func (w *writer) write(nc io.Writer, control []byte, batch []*send) error {
	w.begun = false
	need := len(control)
	for _, s := range batch {
		need += len(s.m.Data) + rfc6455.MaxHeaderSize
	}
	class := 0
	for class < len(buffers)-1 && need > buffers[class].size {
		class++
	}
	buf := buffers[class].pool.Get().(*[]byte)
	defer buffers[class].pool.Put(buf)
	out := append((*buf)[:0], control...)
	for _, s := range batch {
		var err error
		if out, err = w.writeMessage(nc, out, s); err != nil {
			return err
		}
	}
	*buf = out[:0]
	return w.put(nc, out)
}

// put writes p and notes whether there is a way back. After an error there is
// none on a TLS connection, which says that nothing was written, and fails
// from then on.
func (w *writer) put(nc io.Writer, p []byte) error {
	n, err := nc.Write(p)
	_, secure := nc.(*tls.Conn)
	w.begun = w.begun || n > 0 || secure
	return err
}

// writeMessage appends s as one frame to out, and writes out whenever it is
// full, so that a large message is never held a second time.
func (w *writer) writeMessage(nc io.Writer, out []byte, s *send) ([]byte, error) {
	payload, compressed, done, err := w.pack(s)
	if err != nil {
		return out, err
	}
	defer done()
	w.begun = w.begun || compressed // the peer's history must have all that ours has
	key := w.keys.next()
	h := rfc6455.Header{
		Fin: true, RSV1: compressed, Opcode: rfc6455.Opcode(s.m.Type),
		Masked: true, MaskKey: key, Length: int64(len(payload)),
	}
	w.told.tell(h, true)
	out = rfc6455.AppendHeader(out, h)
	pos := 0
	for {
		n := min(len(payload), cap(out)-len(out))
		at := len(out)
		out = out[:at+n]
		pos = rfc6455.Mask(out[at:], payload[:n], key, pos)
		if payload = payload[n:]; len(payload) == 0 {
			return out, nil
		}
		if err := w.put(nc, out); err != nil {
			return out, err
		}
		w.writes.Add(1)
		out = out[:0]
	}
}

// appendControl appends a control frame. It asks for its own masking key: it
// may run while another goroutine writes messages, and is rare.
func appendControl(dst []byte, op rfc6455.Opcode, payload []byte) []byte {
	var key [4]byte
	rand.Read(key[:])
	dst = rfc6455.AppendHeader(dst, rfc6455.Header{
		Fin: true, Opcode: op, Masked: true, MaskKey: key, Length: int64(len(payload)),
	})
	at := len(dst)
	dst = append(dst, payload...)
	rfc6455.Mask(dst[at:], payload, key, 0)
	return dst
}
