package native

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// recovered calls f as a framework does that keeps the program alive.
func recovered(f func()) (what any) {
	defer func() { what = recover() }()
	f()
	return nil
}

// A function of the program's that panics is the program's business; what it
// must not do is leave the connection in a state in which Close waits for ever.
func TestAfterAPanicTheConnectionEnds(t *testing.T) {
	for name, breakIt := range map[string]func(p *peer){
		"while sending": func(p *peer) {
			p.c.Send(p.t.Context(), transport.Message{Type: transport.Text, Data: []byte("x")})
		},
		"while receiving": func(p *peer) {
			p.send(raw(0x81, 1, 'x'))
			p.c.Receive(p.t.Context(), nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			armed := false
			test(t, func(t *testing.T, p *peer) {
				armed = true
				require.Equal(t, "oops", recovered(func() { breakIt(p) }))
				armed = false
				_, err := p.c.Receive(t.Context(), nil)
				var closed *transport.CloseError
				require.ErrorAs(t, err, &closed)
				assert.ErrorIs(t, p.c.Send(t.Context(), transport.Message{Type: transport.Text}), err)
				require.NoError(t, p.c.Close(1000, ""))
			}, func(c *transport.Config, _ *Options) {
				c.Frame = func(transport.Frame) {
					if armed {
						panic("oops")
					}
				}
			})
		})
	}
}

// Close is no other: it tells of its own frame, and of those that it waits for.
func TestAfterAPanicInCloseNothingIsLeft(t *testing.T) {
	for name, row := range map[string]struct {
		sent bool
		op   rfc6455.Opcode
		then []byte
	}{
		"at the Close frame":      {true, rfc6455.OpClose, nil},
		"at a message that comes": {false, rfc6455.OpText, text("x")},
		"at a ping that comes":    {false, rfc6455.OpPing, ping("x")},
		"at the peer's answer":    {false, rfc6455.OpClose, closing(1000, "")},
	} {
		t.Run(name, func(t *testing.T) {
			test(t, func(t *testing.T, p *peer) {
				r := p.receive(t.Context())
				r.wantBlocked("Receive")
				first := start(t, func() (any, error) {
					return recovered(func() { p.c.Close(1000, "") }), nil
				})
				p.settle()
				if row.then != nil {
					p.send(row.then)
				}
				assert.Equal(t, "oops", first.want("Close"))
				r.wantErr("Receive", transport.ErrClosed)
				p.close(1000, "").want("another Close")
				p.sendText(t.Context(), "x").wantErr("Send", transport.ErrClosed)
				select {
				case <-p.c.Done():
				default:
					t.Error("Done is open")
				}
				for _, ok := p.next(); ok; _, ok = p.next() {
				}
				p.wantEOF("the socket is closed")
			}, func(c *transport.Config, _ *Options) {
				c.Frame = func(f transport.Frame) {
					if f.Sent == row.sent && f.Opcode == uint8(row.op) {
						panic("oops")
					}
				}
			})
		})
	}
}

// A nil context is the caller's fault, and panics as it does elsewhere.
func TestANilContextLocksNothing(t *testing.T) {
	var none context.Context
	for name, call := range map[string]func(*Conn){
		"Send":    func(c *Conn) { c.Send(none, transport.Message{Type: transport.Text}) },
		"Receive": func(c *Conn) { c.Receive(none, nil) },
		"Ping":    func(c *Conn) { c.Ping(none) },
	} {
		t.Run(name, func(t *testing.T) {
			test(t, func(t *testing.T, p *peer) {
				assert.NotNil(t, recovered(func() { call(p.c) }))
				p.sendText(t.Context(), "x").want("Send")
				p.wantFrame("Send", rfc6455.OpText, "x")
				p.send(text("y"))
				p.wantMessage("Receive", "y")
			})
		})
	}
}
