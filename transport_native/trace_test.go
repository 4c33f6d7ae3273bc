package native

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/transport"
)

func TestEveryFrameIsTold(t *testing.T) {
	var mu sync.Mutex
	var told []transport.Frame
	tell := func(c *transport.Config, _ *Options) {
		c.Frame = func(f transport.Frame) {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, f)
		}
	}
	test(t, func(t *testing.T, p *peer) {
		want := func(what string, frames ...transport.Frame) {
			p.settle()
			mu.Lock()
			defer mu.Unlock()
			assert.Equal(t, frames, told, what)
			told = nil
		}
		p.sendText(t.Context(), "hello").want("Send")
		want("a message", transport.Frame{Sent: true, Fin: true, Opcode: 1, Length: 5})
		p.send(frame(rfc6455.OpText, false, "12"), frame(rfc6455.OpContinuation, true, "3"))
		p.wantMessage("of two frames", "123")
		want("fragments", transport.Frame{Opcode: 1, Length: 2}, transport.Frame{Fin: true, Length: 1})
		p.send(ping("p"))
		p.after(time.Second)
		want("a ping and its answer", transport.Frame{Fin: true, Opcode: 9, Length: 1}, transport.Frame{Sent: true, Fin: true, Opcode: 10, Length: 1})
		p.send([]byte{0xc1, 0})
		p.after(time.Second)
		mu.Lock()
		defer mu.Unlock()
		if assert.Len(t, told, 1, "of a frame that breaks the rules the answer alone is told") {
			assert.Equal(t, uint8(rfc6455.OpClose), told[0].Opcode)
			assert.True(t, told[0].Sent)
		}
	}, tell)
}
