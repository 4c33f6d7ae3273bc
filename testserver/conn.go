package testserver

import (
	"errors"
	"io"
	"net"
)

// What a TCP connection can do and net.Conn does not say. All of it is asked
// of the value, not of its type: connections come with TLS or without, from
// this package's listener or any other.

// halfClose sends FIN, after TLS's close_notify where there is TLS: the client
// sees the end of the stream and can still finish its own.
func halfClose(conn net.Conn) error {
	half, ok := conn.(interface{ CloseWrite() error })
	if !ok {
		return errors.ErrUnsupported
	}
	err := half.CloseWrite()
	// CloseWrite of a tls.Conn leaves the connection below it open.
	if outer, ok := conn.(interface{ NetConn() net.Conn }); ok && err == nil {
		err = halfClose(outer.NetConn())
	}
	return err
}

// socket is the connection under TLS, which may take 5 s to say goodbye to a
// client that does not read.
func socket(conn net.Conn) net.Conn {
	for {
		outer, ok := conn.(interface{ NetConn() net.Conn })
		if !ok {
			return conn
		}
		conn = outer.NetConn()
	}
}

// reset closes the connection with RST instead of FIN. What was written and is
// not acknowledged yet may be lost, as it is when a host goes down.
func reset(conn net.Conn) error {
	conn = socket(conn)
	if tcp, ok := conn.(interface{ SetLinger(int) error }); ok {
		_ = tcp.SetLinger(0)
	}
	return conn.Close()
}

// isEOF reports whether the other side has closed its direction, with TLS's
// close_notify or without.
func isEOF(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }
