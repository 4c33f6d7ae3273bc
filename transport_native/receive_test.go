package native

import (
	"context"
	"testing"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
)

func TestReceiveOrder(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.send(text("one"), text("two"), text("three"))
		p.wantMessage("the first", "one")
		p.wantMessage("the second", "two")
		p.wantMessage("the third", "three")
		r := p.receive(t.Context())
		r.wantBlocked("nothing is left")
		p.send(text("four"))
		wantText("a Receive that waited", r, "four")
		p.wantIdle("receiving sends nothing")
	})
}

func TestPingIsAnsweredByReceive(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		r := p.receive(t.Context())
		p.send(ping("payload"))
		p.wantFrame("a ping is answered", rfc6455.OpPong, "payload")
		r.wantBlocked("a ping is not a message")
		p.send(text("m"))
		wantText("a message after a ping", r, "m")
	})
}

func TestReceiveCancelled(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		ctx, cancel := context.WithCancel(t.Context())
		r := p.receive(ctx)
		r.wantBlocked("nothing has arrived")
		cancel()
		r.wantErr("a cancelled Receive", context.Canceled)
		p.send(text("after"))
		p.wantMessage("a message after that", "after")
	})
}
