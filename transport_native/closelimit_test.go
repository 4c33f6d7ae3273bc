package native

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// closeTimeout sets Config.CloseTimeout.
func closeTimeout(d time.Duration) setting {
	return func(c *transport.Config, _ *Options) { c.CloseTimeout = d }
}

func TestCloseThatDoesNotWait(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		r := p.receive(t.Context())
		r.wantBlocked("Receive")
		c := p.close(1001, "no time")
		c.want("Close")
		r.wantErr("Receive", transport.ErrClosed)
		assert.Zero(t, c.took)
		p.wantClose("the Close frame is sent", 1001, "no time")
		p.wantEOF("and the connection closed")
	}, closeTimeout(1))
}

func TestCloseThatDoesNotWaitIsBoundedIfThePeerDoesNotRead(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		s := p.sendText(t.Context(), big)
		p.settle()
		c := p.close(1000, "")
		p.after(minCloseTimeout)
		c.wantErr("Close", context.DeadlineExceeded)
		s.wantErr("a Send that was stuck", transport.ErrClosed)
	}, closeTimeout(1))
}

// However short it is, it is the time that the peer has.
func TestCloseTimeoutsThatAreShort(t *testing.T) {
	for _, timeout := range []time.Duration{2, time.Millisecond, minCloseTimeout - 1} {
		test(t, func(t *testing.T, p *peer) {
			c := p.close(1000, "")
			p.wantClose("Close", 1000, "")
			p.after(timeout - 1)
			p.send(closing(1000, ""))
			p.nc.CloseWrite()
			c.want("the peer has answered in time")
		}, closeTimeout(timeout))
		for _, reads := range []bool{true, false} {
			test(t, func(t *testing.T, p *peer) {
				if !reads {
					p.hold()
					p.sendText(t.Context(), big)
					p.settle()
				}
				c := p.close(1000, "")
				p.after(timeout - 1)
				c.wantBlocked("the peer may answer still")
				p.after(1)
				c.wantErr("it did not", context.DeadlineExceeded)
			}, closeTimeout(timeout))
		}
	}
}
