package native

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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
