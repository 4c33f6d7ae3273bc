package memnet

import (
	"context"
	"net"
	"strconv"
	"sync"
	"syscall"
)

// Listener is a net.Listener whose connections come from Dial. All methods may
// be called concurrently.
type Listener struct {
	mu      sync.Mutex
	changed *sync.Cond
	queue   []*Conn // dialled, not accepted yet
	dialled int
	closed  bool
}

var _ net.Listener = (*Listener)(nil)

// Listen returns a Listener that is ready to be dialled.
func Listen() *Listener {
	l := new(Listener)
	l.changed = sync.NewCond(&l.mu)
	return l
}

// listenAddr is what every Listener says; which one is meant is decided by
// whose Dial is called.
const listenAddr Addr = "listener.memnet:1"

// Dial returns a new connection, and its other end to a call of Accept, now or
// later. It never blocks, as a kernel completes a TCP handshake without the
// program's help. It fails with ECONNREFUSED after Close and with ctx's error
// if ctx has ended. network is ignored, address becomes RemoteAddr: Dial fits
// any option that takes a net.Dialer's DialContext.
func (l *Listener) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, dialError(address, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, dialError(address, syscall.ECONNREFUSED)
	}
	l.dialled++
	c, s := pipe(Addr("dialer.memnet:"+strconv.Itoa(l.dialled)), Addr(address))
	l.queue = append(l.queue, s)
	l.changed.Signal()
	return c, nil
}

// dialError dresses err as a net.Dialer does.
func dialError(address string, err error) error {
	return &net.OpError{Op: "dial", Net: network, Addr: Addr(address), Err: err}
}

// Accept waits for the next connection that is dialled and returns it, a
// *Conn. It ends with net.ErrClosed when Close is called.
func (l *Listener) Accept() (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.queue) == 0 && !l.closed {
		l.changed.Wait()
	}
	if l.closed {
		return nil, l.closedError("accept")
	}
	c := l.queue[0]
	l.queue = l.queue[1:]
	return c, nil
}

// Close ends Accept and Dial. Connections that were not accepted are reset,
// those that were live on.
func (l *Listener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return l.closedError("close")
	}
	l.closed = true
	for _, c := range l.queue {
		_ = c.Reset() // cannot fail: nobody else has c, so it is still open
	}
	l.queue = nil
	l.changed.Broadcast()
	return nil
}

// closedError dresses net.ErrClosed as a net.TCPListener does.
func (l *Listener) closedError(op string) error {
	return &net.OpError{Op: op, Net: network, Addr: l.Addr(), Err: net.ErrClosed}
}

// Addr is an Addr, the same one for every Listener.
func (l *Listener) Addr() net.Addr { return listenAddr }
