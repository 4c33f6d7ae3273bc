package wasm

import (
	"context"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// Receive implements transport.Conn. A message is copied once more if buf is
// to hold it: it arrived before there was a buffer.
func (c *conn) Receive(ctx context.Context, buf []byte) (transport.Message, error) {
	m, err := c.inbox.Pop(ctx)
	if err != nil {
		return m, err
	}
	if c.config.Frame != nil {
		c.tell(m, false)
	}
	if buf != nil && len(m.Data) <= cap(buf) {
		m.Data = append(buf[:0], m.Data...)
	}
	return m, nil
}

// tell tells Config.Frame, if there is one, of a message. It is not called by an
// event: what it calls may take its time.
func (c *conn) tell(m transport.Message, sent bool) { c.config.Frame(m.Whole(sent)) }
