package testserver

import (
	"net"
	"sync"
)

// A listener keeps the connections that it has accepted until they are
// closed. It does so below TLS and net/http, where hijacked connections are
// like all others.
type listener struct {
	net.Listener
	mu    sync.Mutex
	conns map[*conn]struct{}
}

// A conn takes itself off its listener's list when it is closed. Embedding
// the concrete type keeps CloseWrite, SetLinger and writev.
type conn struct {
	*net.TCPConn
	listener *listener
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	accepted, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &conn{accepted.(*net.TCPConn), l}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conns == nil {
		l.conns = map[*conn]struct{}{}
	}
	l.conns[c] = struct{}{}
	return c, nil
}

// Close implements net.Conn.
func (c *conn) Close() error {
	c.listener.mu.Lock()
	delete(c.listener.conns, c)
	c.listener.mu.Unlock()
	return c.TCPConn.Close()
}

// drop closes every connection with RST. Those accepted meanwhile stay.
func (l *listener) drop() {
	l.mu.Lock()
	conns := l.conns
	l.conns = nil
	l.mu.Unlock()
	for c := range conns {
		_ = reset(c)
	}
}
