package client

import (
	"context"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// collect ranges over Messages.
func collect(ctx context.Context, c *Conn) (messages []string, errs []error) {
	for m, err := range c.Messages(ctx) {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		messages = append(messages, string(m.Data))
	}
	return messages, errs
}

func TestMessagesEndsSilentlyInOrder(t *testing.T) {
	for name, end := range map[string]error{
		"closed by the peer with 1000":      &transport.CloseError{Code: 1000, Remote: true},
		"closed by the peer with 1001":      &transport.CloseError{Code: 1001, Remote: true},
		"closed by the peer without a code": &transport.CloseError{Code: 1005, Remote: true},
		"closed by this side":               transport.ErrClosed,
	} {
		t.Run(name, func(t *testing.T) {
			c, f := newFake()
			f.incoming = []transport.Message{{Type: transport.Text, Data: []byte("a")}, {Type: transport.Text, Data: []byte("b")}}
			if f.end(end); end == transport.ErrClosed {
				c.closing.Store(true)
			}
			messages, errs := collect(t.Context(), c)
			assert.Equal(t, []string{"a", "b"}, messages)
			assert.Empty(t, errs)
		})
	}
}

func TestMessagesYieldsAnyOtherEndLast(t *testing.T) {
	for name, end := range map[string]error{
		"closed by the peer with a complaint": &transport.CloseError{Code: 1008, Remote: true},
		"lost":                                &transport.CloseError{Code: 1006, Remote: true, Err: io.ErrUnexpectedEOF},
		"closed by this side for a violation": &transport.CloseError{Code: 1002},
		"closed by this side with 1000":       &transport.CloseError{Code: 1000},
		"over the limit":                      &transport.TooBigError{Limit: 1, Size: 2},
	} {
		t.Run(name, func(t *testing.T) {
			c, f := newFake()
			f.incoming = []transport.Message{{Type: transport.Text, Data: []byte("a")}}
			f.end(end)
			messages, errs := collect(t.Context(), c)
			assert.Equal(t, []string{"a"}, messages)
			assert.Equal(t, []error{second(c.Receive(t.Context()))}, errs)
		})
	}
}

func TestMessagesYieldsTheErrorOfItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c, f := newFake()
	f.receiveErr = ctx.Err()
	messages, errs := collect(ctx, c)
	assert.Empty(t, messages)
	assert.Equal(t, []error{context.Canceled}, errs)
}

func TestMessagesCanBeLeftAndTakenUp(t *testing.T) {
	c, f := newFake()
	for _, s := range []string{"a", "b", "c"} {
		f.incoming = append(f.incoming, transport.Message{Type: transport.Text, Data: []byte(s)})
	}
	for m, err := range c.Messages(t.Context()) {
		assert.NoError(t, err)
		assert.Equal(t, Text("a"), m)
		break
	}
	f.end(&transport.CloseError{Code: 1000, Remote: true})
	messages, _ := collect(t.Context(), c)
	assert.Equal(t, []string{"b", "c"}, messages)
}
