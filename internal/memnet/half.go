package memnet

import (
	"os"
	"sync"
)

// half is one direction of a connection: what one end writes and the other one
// reads. The mutex of its pair is held in every method; changed.Wait releases
// it while a call is blocked.
//
// There is one condition for both ends, and every change wakes all who wait:
// they are few, and each looks for itself whether it can go on.
type half struct {
	changed *sync.Cond
	buf     []byte // what was written; its memory is kept for what follows
	head    int    // buf[:head] has been read
	size    int    // how much may wait to be read

	readBy, writeBy deadline
	endErr          error // Read returns it once nothing waits
	readErr         error // Read returns it at once
	writeErr        error // Write returns it at once
	writing         bool  // a Write is in progress; others wait for their turn

	faults
}

func newHalf(mu *sync.Mutex) *half {
	h := &half{changed: sync.NewCond(mu), size: DefaultBuffer, faults: noFaults}
	h.readBy.changed, h.writeBy.changed = h.changed, h.changed
	return h
}

// waiting is how many bytes wait to be read.
func (h *half) waiting() int { return len(h.buf) - h.head }

// read blocks until one of the cases below is true. Their order is that of the
// kernel and the runtime: a deadline that has passed counts more than what has
// arrived, and what has arrived more than how the stream ended.
func (h *half) read(p []byte) (int, error) {
	for {
		switch {
		case h.readErr != nil:
			return 0, h.readErr
		case h.readBy.passed:
			return 0, os.ErrDeadlineExceeded
		case len(p) == 0:
			return 0, nil
		case h.stalled:
		case h.waiting() > 0:
			return h.take(p), nil
		case h.endErr != nil:
			return 0, h.endErr
		}
		h.changed.Wait()
	}
}

// take moves bytes to p.
func (h *half) take(p []byte) int {
	if h.chunk > 0 && len(p) > h.chunk {
		p = p[:h.chunk]
	}
	n := copy(p, h.buf[h.head:])
	if h.head += n; h.head == len(h.buf) {
		h.buf, h.head = h.buf[:0], 0
	}
	h.changed.Broadcast()
	return n
}

// write appends p, piece by piece as there is room. It calls cut when the
// faults want the connection cut after the bytes written so far.
func (h *half) write(p []byte, cut func()) (int, error) {
	h.calls++
	if err := h.turn(); err != nil {
		return 0, err
	}
	h.writing = true
	defer func() { h.writing = false; h.changed.Broadcast() }()
	n := 0
	for {
		if err := h.writable(); err != nil {
			return n, err
		}
		n += h.put(p[n:], cut)
		if n == len(p) {
			return n, nil
		}
		if h.writeErr == nil { // nothing to wait for if put has cut the connection
			h.changed.Wait()
		}
	}
}

// turn waits until no other Write is in progress. It ends for the same reasons
// as a Write that waits for room.
func (h *half) turn() error {
	for h.writing {
		if err := h.writable(); err != nil {
			return err
		}
		h.changed.Wait()
	}
	return h.writable()
}

// writable returns why nothing can be written, if so. A deadline that has
// passed fails a Write for which there would be room, too.
func (h *half) writable() error {
	switch {
	case h.writeErr != nil:
		return h.writeErr
	case h.writeBy.passed:
		return os.ErrDeadlineExceeded
	}
	return nil
}

// put appends as much of p as there is room for, and as may still pass.
func (h *half) put(p []byte, cut func()) int {
	n := min(len(p), max(h.size-h.waiting(), 0)) // size may have been reduced
	if h.left >= 0 && int64(n) >= h.left {
		n = int(h.left)
		defer cut()
	}
	if h.head > 0 && len(h.buf)+n > cap(h.buf) {
		h.buf, h.head = h.buf[:copy(h.buf, h.buf[h.head:])], 0
	}
	h.buf = append(h.buf, p[:n]...)
	h.bytes += int64(n)
	if h.left >= 0 {
		h.left -= int64(n)
	}
	h.changed.Broadcast()
	return n
}

// endRead makes err what Read returns after what is on its way. An earlier end
// stays: a reset that follows a FIN does not undo it.
func (h *half) endRead(err error) {
	if h.endErr == nil {
		h.endErr = err
	}
	h.changed.Broadcast()
}

// endWrite makes err what Write returns. An earlier end stays here too.
func (h *half) endWrite(err error) {
	if h.writeErr == nil {
		h.writeErr = err
	}
	h.changed.Broadcast()
}

// stopRead fails every Read with err and drops what waits. Nobody will read
// it, and the writer has been told so.
func (h *half) stopRead(err error) {
	h.readErr, h.buf, h.head = err, nil, 0
	h.readBy.stop()
	h.changed.Broadcast()
}

// stopWrite fails every Write with err, whatever happened before.
func (h *half) stopWrite(err error) {
	h.writeErr = err
	h.writeBy.stop()
	h.changed.Broadcast()
}
