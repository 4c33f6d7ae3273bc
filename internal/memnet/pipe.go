// Package memnet is a network in memory for tests: pairs of connections, a
// listener that makes them, and the faults of real networks on request.
//
// It blocks only in sync.Cond and keeps time only with timers, so inside a
// bubble of testing/synctest a goroutine that waits here is durably blocked
// and the fake clock moves on.
//
//	synctest.Test(t, func(t *testing.T) {
//		client, server := memnet.Pipe()
//		server.ChunkReads(1)    // every byte comes alone
//		client.CutAfter(10)     // and the tenth is the last
//		…
//		synctest.Wait()         // until all goroutines are blocked
//		require.Equal(t, 1, client.Writes())
//	})
//
// Connections belong to the bubble in which they were made. They need no
// cleanup: there are no goroutines behind them, and timers only while there is
// a deadline.
package memnet

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// DefaultBuffer is how many bytes a direction holds before Write blocks, as
// long as SetReadBuffer has not been called.
const DefaultBuffer = 64 << 10

// Conn is one end of a connection. It is a net.Conn and behaves like TCP on
// Linux, down to the errors: *net.OpError around net.ErrClosed,
// os.ErrDeadlineExceeded, syscall.EPIPE or syscall.ECONNRESET, and a bare
// io.EOF. All methods may be called concurrently; concurrent calls of Write do
// not mix their bytes.
//
// It differs from TCP in two ways, which make tests certain of what they see:
// a Write after the peer has closed fails at once, not from the second one on;
// and Close never resets, even if bytes were not read.
type Conn struct {
	mu            *sync.Mutex // of the pair: no operation locks two things
	in, out       *half
	closed        bool
	local, remote Addr
}

var _ net.Conn = (*Conn)(nil)

// Pipe returns the two ends of a new connection.
func Pipe() (a, b *Conn) {
	return pipe("a.memnet:1", "b.memnet:1")
}

// pipe makes a pair; a and b are the addresses of the ends.
func pipe(a, b Addr) (*Conn, *Conn) {
	mu := new(sync.Mutex)
	ab, ba := newHalf(mu), newHalf(mu)
	return &Conn{mu: mu, in: ba, out: ab, local: a, remote: b},
		&Conn{mu: mu, in: ab, out: ba, local: b, remote: a}
}

// Read reads what has arrived, at least one byte. It blocks until there is
// one, until the read deadline, or until the connection ends. A deadline that
// has passed fails Read even if bytes wait, and takes none of them.
func (c *Conn) Read(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, err := c.in.read(p)
	return n, c.opError("read", err)
}

// Write writes p and blocks while the peer's buffer is full, until the write
// deadline or until the connection ends. With an error it reports how many
// bytes are on their way nevertheless.
func (c *Conn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, err := c.out.write(p, c.cut)
	return n, c.opError("write", err)
}

// CloseWrite ends this end's stream: the peer reads what is on its way, then
// io.EOF. Read goes on working.
func (c *Conn) CloseWrite() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return c.opError("close", net.ErrClosed)
	}
	c.out.endRead(io.EOF)
	c.out.endWrite(syscall.EPIPE)
	return nil
}

// Close closes both directions and wakes whoever is blocked in this end. The
// peer reads what is on its way, then io.EOF; its writes fail with EPIPE.
func (c *Conn) Close() error {
	return c.end(io.EOF, syscall.EPIPE)
}

// Reset closes the connection as a TCP RST does: the peer's writes fail with
// ECONNRESET, and so do its reads once it has read what had already arrived.
func (c *Conn) Reset() error {
	return c.end(syscall.ECONNRESET, syscall.ECONNRESET)
}

// end closes this end; the errors are those that the peer sees.
func (c *Conn) end(read, write error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return c.opError("close", net.ErrClosed)
	}
	c.closed = true
	// First what the peer sees, which earlier ends override; then this end,
	// where nothing counts any more but that it is closed.
	c.out.endRead(read)
	c.in.endWrite(write)
	c.in.stopRead(net.ErrClosed)
	c.out.stopWrite(net.ErrClosed)
	return nil
}

// SetDeadline sets both deadlines. The zero time removes them. Blocked calls
// obey the new one; a call that failed for a deadline has lost nothing and may
// be repeated.
func (c *Conn) SetDeadline(t time.Time) error {
	return c.setDeadlines(t, &c.in.readBy, &c.out.writeBy)
}

// SetReadDeadline sets the deadline of Read, see SetDeadline.
func (c *Conn) SetReadDeadline(t time.Time) error {
	return c.setDeadlines(t, &c.in.readBy)
}

// SetWriteDeadline sets the deadline of Write, see SetDeadline.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	return c.setDeadlines(t, &c.out.writeBy)
}

// setDeadlines sets those of a call, which end with the connection.
func (c *Conn) setDeadlines(t time.Time, deadlines ...*deadline) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return c.opError("set", net.ErrClosed)
	}
	for _, d := range deadlines {
		d.set(t)
	}
	return nil
}

// LocalAddr is an Addr.
func (c *Conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr is an Addr: what was dialled, or that of the other end.
func (c *Conn) RemoteAddr() net.Addr { return c.remote }

// opError dresses err as package net does. io.EOF stays bare: callers compare
// it with ==.
func (c *Conn) opError(op string, err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	// The runtime names the system call that has failed.
	var errno syscall.Errno
	if errors.As(err, &errno) {
		err = os.NewSyscallError(op, errno)
	}
	return &net.OpError{Op: op, Net: network, Source: c.local, Addr: c.remote, Err: err}
}

// network is what Network returns, and what errors say in its place.
const network = "memnet"

// Addr is an address in memory, in the form "host:port".
type Addr string

// Network returns "memnet".
func (Addr) Network() string { return network }

// String returns the address.
func (a Addr) String() string { return string(a) }
