package memnet

import (
	"io"
	"syscall"
)

// faults is what a direction does to the bytes on their way, and what it has
// counted.
type faults struct {
	chunk   int   // a Read returns at most so many bytes; 0: as many as fit
	stalled bool  // nothing arrives
	left    int64 // the connection is cut after so many more bytes; < 0: never

	calls int   // of Write
	bytes int64 // accepted by Write
}

// noFaults is a network without any.
var noFaults = faults{left: -1}

// SetReadBuffer sets how many bytes the peer can write before this end reads
// them. Zero or less means DefaultBuffer. What already waits is kept.
func (c *Conn) SetReadBuffer(n int) {
	if n <= 0 {
		n = DefaultBuffer
	}
	c.update(func() { c.in.size = n })
}

// ChunkReads makes every Read of this end return at most n bytes, as a slow
// network or a small receive window does. Zero or less ends that.
func (c *Conn) ChunkReads(n int) {
	c.update(func() { c.in.chunk = max(n, 0) })
}

// Stall stops delivery to this end: until Resume, Read blocks although bytes
// or the end of the stream are on their way. The peer writes until the buffer
// is full, then blocks.
func (c *Conn) Stall() {
	c.update(func() { c.in.stalled = true })
}

// Resume ends Stall. Nothing has been lost.
func (c *Conn) Resume() {
	c.update(func() { c.in.stalled = false })
}

// CutAfter cuts the connection when this end has written n more bytes, zero
// being at once: the peer reads them and then io.EOF, without having been told
// anything, and this end fails with ECONNRESET in both directions. The Write
// that carries the n-th byte reports how many bytes passed; it fails only if it
// had more to write. A negative n means never.
func (c *Conn) CutAfter(n int64) {
	c.update(func() {
		if c.out.left = n; n == 0 {
			c.cut()
		}
	})
}

// cut drops the connection, as a NAT does that has forgotten it: one end is told
// so when it uses it, to the other one the stream just ends. The mutex is held.
func (c *Conn) cut() {
	c.out.endRead(io.EOF)
	c.out.endWrite(syscall.ECONNRESET)
	c.in.endRead(syscall.ECONNRESET)
	c.in.endWrite(syscall.EPIPE)
}

// Writes is how many times Write has been called on this end, so that a test
// can assert that a message left in one write.
func (c *Conn) Writes() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out.calls
}

// Written is how many bytes Write has accepted on this end.
func (c *Conn) Written() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out.bytes
}

// update changes something that blocked calls of either end may wait for.
func (c *Conn) update(change func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change()
	c.in.changed.Broadcast()
	c.out.changed.Broadcast()
}
