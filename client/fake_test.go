package client

import (
	"context"
	"sync"
	"time"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// A fake is a transport that does as it is told.
type fake struct {
	mu       sync.Mutex
	sent     []transport.Message
	incoming []transport.Message // what Receive returns, then receiveErr
	closes   []string

	sendErr, receiveErr, pingErr, closeErr error
	rtt                                    time.Duration

	done chan struct{}
	err  error
}

var _ transport.Conn = (*fake)(nil)

func newFake() (*Conn, *fake) {
	f := &fake{done: make(chan struct{})}
	return &Conn{transport: f}, f
}

// end ends the connection as a transport does.
func (f *fake) end(err error) {
	f.err, f.sendErr, f.receiveErr, f.pingErr = err, err, err, err
	close(f.done)
}

func (f *fake) Send(_ context.Context, m transport.Message) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.sendErr != nil {
		return f.sendErr
	}
	f.sent = append(f.sent, m)
	return nil
}

func (f *fake) Receive(_ context.Context, buf []byte) (transport.Message, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.incoming) == 0 {
		return transport.Message{}, f.receiveErr
	}
	m := f.incoming[0]
	f.incoming = f.incoming[1:]
	if buf != nil {
		m.Data = append(buf[:0], m.Data...)
	}
	return m, nil
}

func (f *fake) Ping(context.Context) (time.Duration, error) { return f.rtt, f.pingErr }

func (f *fake) Close(code uint16, reason string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closes = append(f.closes, CloseCode(code).String()+" "+reason)
	if len(f.closes) == 1 && f.err == nil {
		f.end(transport.ErrClosed)
	}
	return f.closeErr
}

func (f *fake) Done() <-chan struct{} { return f.done }
func (f *fake) Err() error            { return f.err }
func (f *fake) Subprotocol() string   { return "chosen" }
