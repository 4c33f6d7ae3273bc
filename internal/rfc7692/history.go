package rfc7692

// history holds the last bytes of a direction's messages, as many as its window
// has: the context that is taken over from one message to the next. It
// allocates no more than has passed.
type history struct {
	window int
	ring   []byte // grows up to window, then its oldest byte is at pos
	pos    int
}

// size is how many bytes are held.
func (h *history) size() int { return len(h.ring) }

// add appends p and drops what falls out of the window.
func (h *history) add(p []byte) {
	p = p[max(0, len(p)-h.window):] // more would push itself out
	if room := h.window - len(h.ring); room > 0 {
		n := min(room, len(p))
		h.grow(n)
		h.ring = append(h.ring, p[:n]...)
		p = p[n:]
	}
	// The ring is full now, unless p is used up.
	for len(p) > 0 {
		n := copy(h.ring[h.pos:], p)
		p = p[n:]
		if h.pos += n; h.pos == len(h.ring) {
			h.pos = 0
		}
	}
}

// grow makes room for n bytes more by doubling, but never beyond the window,
// where append would.
func (h *history) grow(n int) {
	if need := len(h.ring) + n; need > cap(h.ring) {
		ring := make([]byte, len(h.ring), min(h.window, max(need, 2*cap(h.ring))))
		copy(ring, h.ring)
		h.ring = ring
	}
}

// copyTo fills dst, which is at most back long, with what begins back bytes
// before the end. back is at most size.
func (h *history) copyTo(dst []byte, back int) {
	from := h.pos + len(h.ring) - back
	if from >= len(h.ring) {
		from -= len(h.ring)
	}
	n := copy(dst, h.ring[from:])
	copy(dst[n:], h.ring)
}

// drop forgets everything and lets go of the memory.
func (h *history) drop() { h.ring, h.pos = nil, 0 }

// windowSize is the window of bits, those that were not negotiated being 15.
func windowSize(bits int) int {
	if bits < MinWindowBits || bits > MaxWindowBits {
		bits = MaxWindowBits
	}
	return 1 << bits
}
