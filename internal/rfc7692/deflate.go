package rfc7692

import "sync"

// Deflater compresses the payloads of the messages to one peer. Between
// messages it holds their last bytes, up to 16 KiB, and where to find what in
// them: 64 KiB together at most, less if less has passed, and nothing if the
// context is not taken over. It is not for concurrent use.
type Deflater struct {
	noContextTakeover bool
	history           history
	matcher           matcher
}

// NewDeflater returns a Deflater that compresses each message for itself, or
// else refers to earlier ones. windowBits limits how far back it refers, as a
// base-2 logarithm; what is not in 8 to 15 means 15.
func NewDeflater(noContextTakeover bool, windowBits int) *Deflater {
	window := searchWindow(windowSize(windowBits))
	return &Deflater{
		noContextTakeover: noContextTakeover,
		history:           history{window: window},
		matcher:           matcher{window: window},
	}
}

// Deflate appends to dst what stands for the message src. The payload has at
// least one byte, and just that for an empty message. The error is always nil:
// nothing in a message can make it fail.
//
// What follows may refer to this message, so every payload has to be sent, and
// in this order; one that is not, because a sender gave up, ends the connection.
//
// RFC 7692, section 7.2.1: "Compress all the octets of the payload of the
// message using DEFLATE. If the resulting data does not end with an empty
// DEFLATE block with no compression (the "BTYPE" bits are set to 00), append an
// empty DEFLATE block with no compression to the tail end. Remove 4 octets
// (that are 0x00 0x00 0xff 0xff) from the tail end."
func (d *Deflater) Deflate(dst, src []byte) ([]byte, error) {
	w := deflaters.Get().(*deflating)
	defer deflaters.Put(w)
	return w.deflate(d, dst, src), nil
}

// deflating is the work on one message. Its memory is worth keeping.
type deflating struct {
	buf     []byte // what can be referred to, then the part to compress
	done    int    // buf[:done] has been compressed
	matcher *matcher
	block   block
	bits    bitWriter
	alone   matcher // for messages that are compressed for themselves
}

// partSize is how many bytes become one block. In a message of many kinds of
// data, shorter blocks adapt better, but each one costs a header.
const partSize = 32 << 10

// deflaters has one of them, some 200 KiB, for each message that is being
// compressed at the same time.
var deflaters = sync.Pool{New: func() any { return newDeflating() }}

func newDeflating() *deflating {
	return &deflating{buf: make([]byte, 0, 1<<maxSearchBits+partSize)}
}

// deflate does what Deflate does.
func (w *deflating) deflate(d *Deflater, dst, src []byte) []byte {
	w.begin(d, dst, len(src))
	for rest := src; len(rest) > 0; {
		rest = w.part(rest)
	}
	if !d.noContextTakeover {
		d.history.add(src)
	}
	return w.end()
}

// begin puts the history where a message of size bytes can refer to it. Copying
// it costs less than a microsecond; keeping it there would cost the memory.
func (w *deflating) begin(d *Deflater, dst []byte, size int) {
	w.bits = bitWriter{out: dst}
	w.done = d.history.size()
	w.buf = w.buf[:w.done]
	d.history.copyTo(w.buf, w.done)
	if d.noContextTakeover {
		w.alone.restart(size, d.history.window)
		w.matcher = &w.alone
	} else {
		d.matcher.reserve(w.done+size, w.buf)
		w.matcher = &d.matcher
	}
}

// part compresses the next block of the message and returns the rest.
func (w *deflating) part(src []byte) []byte {
	// What is farther back than the window is in the way of the next part.
	if keep := w.matcher.window; w.done > keep {
		w.done = copy(w.buf, w.buf[w.done-keep:w.done])
	}
	n := min(len(src), partSize)
	w.buf = append(w.buf[:w.done], src[:n]...)
	w.block.reset()
	w.matcher.tokenize(&w.block, w.buf, w.done)
	w.block.write(&w.bits, w.buf[w.done:])
	w.done += n
	return src[n:]
}

// end appends the empty block without its tail, and lets go of what belongs to
// others.
func (w *deflating) end() []byte {
	w.bits.reserve(8)
	w.bits.put(storedBlock<<1, 3)
	w.bits.align()
	out := w.bits.out
	w.bits, w.matcher = bitWriter{}, nil
	return out
}
