package memnet

import (
	"os"
	"sync"
)

// half is one direction of a connection. The mutex of its pair is held in
// every method; changed.Wait releases it while a call is blocked.
type half struct {
	changed *sync.Cond // signals every change that a blocked call may wait for
	queue   []byte     // written, not read yet
	size    int        // what queue may hold

	readBy, writeBy deadline
	endErr          error // Read returns it once queue is empty
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
		case len(h.queue) > 0:
			return h.take(p), nil
		case h.endErr != nil:
			return 0, h.endErr
		}
		h.changed.Wait()
	}
}

// take moves bytes to p. It lets go of an empty queue's memory rather than
// re-slicing it for ever.
func (h *half) take(p []byte) int {
	if h.chunk > 0 && len(p) > h.chunk {
		p = p[:h.chunk]
	}
	n := copy(p, h.queue)
	if h.queue = h.queue[n:]; len(h.queue) == 0 {
		h.queue = nil
	}
	h.changed.Broadcast()
	return n
}

// write appends p to the queue piece by piece. It calls cut when the faults
// want the connection cut after the bytes written so far.
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

// turn waits until no other Write is in progress.
func (h *half) turn() error {
	for h.writing {
		if err := h.writable(); err != nil {
			return err
		}
		h.changed.Wait()
	}
	return h.writable()
}

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
	n := min(len(p), max(h.size-len(h.queue), 0))
	if h.left >= 0 && int64(n) >= h.left {
		n = int(h.left)
		defer cut()
	}
	h.queue = append(h.queue, p[:n]...)
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
	h.readErr, h.queue = err, nil
	h.readBy.stop()
	h.changed.Broadcast()
}

// stopWrite fails every Write with err, whatever happened before.
func (h *half) stopWrite(err error) {
	h.writeErr = err
	h.writeBy.stop()
	h.changed.Broadcast()
}
