package native

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// ping calls Ping in the background.
func (p *peer) ping(ctx context.Context) *call[time.Duration] {
	return start(p.t, func() (time.Duration, error) { return p.c.Ping(ctx) })
}

// wantPing takes the next frame, a ping, and returns its payload.
func (p *peer) wantPing(what string) string {
	p.t.Helper()
	p.settle()
	f, ok := p.next()
	require.True(p.t, ok, "%s: no frame has arrived", what)
	require.Equal(p.t, rfc6455.OpPing, f.Opcode, what)
	return f.payload
}

func TestPingMeasuresTheRoundTrip(t *testing.T) {
	for name, receiving := range map[string]bool{"while somebody receives": true, "while nobody does": false} {
		t.Run(name, func(t *testing.T) {
			test(t, func(t *testing.T, p *peer) {
				p.after(2 * pumpDelay)
				if receiving {
					p.receive(t.Context())
				}
				c := p.ping(t.Context())
				payload := p.wantPing("Ping")
				p.after(70 * time.Millisecond)
				c.wantBlocked("no pong has come")
				p.send(pong(payload))
				assert.Equal(t, 70*time.Millisecond, c.want("Ping"))
			})
		})
	}
}

// RFC 6455, section 5.5.3: "A Pong frame sent in response to a Ping frame must
// have identical "Application data" as found in the message body of the Ping
// frame being replied to."
func TestPingsOverlap(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		a := p.ping(t.Context())
		first := p.wantPing("the first")
		p.after(time.Second)
		b := p.ping(t.Context())
		second := p.wantPing("the second")
		require.NotEqual(t, first, second)
		p.send(pong("else"), pong(""), pong("12345678"), pong(second))
		p.after(pumpDelay)
		a.wantBlocked("a pong for another")
		assert.LessOrEqual(t, b.want("the second"), pumpDelay)
		p.send(pong(first), pong(first))
		assert.Less(t, time.Second, a.want("the first"))
		p.ping(t.Context()).wantBlocked("a pong that comes twice is no answer to the next")
	})
}

func TestPingCancelled(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		c := p.ping(ctx)
		payload := p.wantPing("Ping")
		p.after(time.Second)
		c.wantErr("Ping", context.DeadlineExceeded)
		assert.Empty(t, p.c.pings.waiting, "nothing is kept")
		p.send(pong(payload), text("m"))
		p.wantMessage("a late pong is no error", "m")
		p.ping(ctx).wantErr("a Ping whose context has ended", context.DeadlineExceeded)
		p.wantIdle("sends nothing")
	})
}

func TestPingEndsWithTheConnection(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		c := p.ping(t.Context())
		c.wantBlocked("Ping")
		p.send(closing(4000, ""))
		p.after(pumpDelay)
		c.wantErr("Ping", p.c.Err())
		p.ping(t.Context()).wantErr("a later one", p.c.Err())
		p.close(1000, "")
		assert.NotErrorIs(t, p.c.Err(), transport.ErrClosed)
	})
}

func TestPingDoesNotWaitForAStuckMessage(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		p.sendText(t.Context(), big).wantBlocked("Send")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		c := p.ping(ctx)
		p.after(time.Second)
		c.wantErr("it ends with its context", context.DeadlineExceeded)
		p.release()
		p.wantFrame("the message is not disturbed", rfc6455.OpText, big)
		p.wantPing("and the ping goes after it")
	})
}

func TestLatencyIsThatOfTheLastPingAnswered(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		require.Zero(t, p.c.Latency(), "none was answered yet")
		p.after(time.Minute)
		number := p.wantPing("keepalive's")
		p.after(30 * time.Millisecond)
		p.send(pong(number))
		p.after(pumpDelay)
		require.InDelta(t, 30*time.Millisecond, p.c.Latency(), float64(pumpDelay))
		p.send(pong(number))
		p.after(time.Second)
		require.InDelta(t, 30*time.Millisecond, p.c.Latency(), float64(pumpDelay), "a pong counts once")
	}, func(_ *transport.Config, o *Options) { o.PingInterval, o.PingTimeout = time.Minute, time.Minute })
}
