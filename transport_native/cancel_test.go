package native

import (
	"context"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/memnet"
	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/rfc7692"
	"github.com/amphiwire/amphiwire/internal/transport"
)

func TestSendWithAContextThatHasEnded(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		p.sendText(ctx, "never").wantErr("Send", context.Canceled)
		p.wantIdle("nothing is sent")
		p.sendText(t.Context(), "next").want("the connection goes on")
		p.wantFrame("the next message", rfc6455.OpText, "next")
	})
}

func TestSendCancelledInTheQueue(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		first := p.sendText(t.Context(), big)
		p.settle()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		second := p.sendText(ctx, "cancelled")
		p.settle()
		third := p.sendText(t.Context(), "third")
		p.after(time.Second)
		second.wantErr("it gives up while it waits", context.DeadlineExceeded)
		p.release()
		first.want("the write in progress is not disturbed")
		third.want("nor those behind it")
		p.wantFrame("the first", rfc6455.OpText, big)
		p.wantFrame("the third", rfc6455.OpText, "third")
		p.wantIdle("and nothing of the second")
	})
}

func TestSendCancelledInMidWriteBreaksTheConnection(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		r := p.receive(t.Context())
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		first := p.sendText(ctx, big)
		p.settle()
		waiting := p.sendText(t.Context(), "never")
		p.after(time.Second)
		for what, err := range map[string]error{
			"the Send itself":   second(first.result("the Send itself")),
			"one that waited":   second(waiting.result("one that waited")),
			"a Receive":         second(r.result("a Receive")),
			"a later Send":      second(p.sendText(t.Context(), "").result("a later Send")),
			"what Err returns":  p.c.Err(),
			"a Ping afterwards": second(p.c.Ping(t.Context())),
		} {
			require.ErrorIs(t, err, context.DeadlineExceeded, what)
			var closed *transport.CloseError
			require.ErrorAs(t, err, &closed, what)
			assert.EqualValues(t, 1006, closed.Code, what)
		}
		p.release()
		p.settle()
		assert.Less(t, len(p.in), len(big), "half a message is on the wire")
		require.Error(t, p.end, "and then the connection has ended")
	})
}

func second[T any](_ T, err error) error { return err }

// A Send that has given up its turn must not write pongs for others.
func TestSendCancelledAtItsTurnDoesNotWaitForPongs(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		first := p.sendText(t.Context(), strings.Repeat("f", memnet.DefaultBuffer))
		p.settle()
		p.send(ping(strings.Repeat("p", 125)))
		p.after(pumpDelay)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		waiting := p.sendText(ctx, "waiting")
		p.settle()
		p.nc.SetReadBuffer(memnet.DefaultBuffer + 100)
		first.want("the first is out")
		waiting.wantBlocked("its write, with the pong, has begun")
		p.after(time.Second)
		waiting.wantErr("it ends with its context", context.DeadlineExceeded)
	})
}

// full fills the network's buffer to the last byte, so that the next write
// cannot begin.
func (p *peer) full() {
	p.t.Helper()
	p.hold()
	const header = 2 + 2 + 4
	p.sendText(p.t.Context(), strings.Repeat("f", memnet.DefaultBuffer-header)).want("what fits the buffer")
}

// wantFull takes the message that full has sent.
func (p *peer) wantFull() {
	p.t.Helper()
	p.settle()
	f, ok := p.next()
	require.True(p.t, ok)
	require.Equal(p.t, "f", f.payload[:1])
}

func TestSendCancelledBeforeItsFirstByte(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.full()
		for range 3 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			s := p.sendText(ctx, big)
			p.after(time.Second - 1)
			s.wantBlocked("the peer does not read")
			p.after(1)
			s.wantErr("Send", context.DeadlineExceeded)
			assert.Equal(t, context.DeadlineExceeded, s.err, "nothing has happened to the connection")
			cancel()
		}
		next := p.sendText(t.Context(), "next")
		p.release()
		next.want("the connection goes on")
		p.wantFull()
		p.wantFrame("nothing is left of what was cancelled", rfc6455.OpText, "next")
	})
}

// What has been compressed is in the history that the next message refers to.
func TestSendOfACompressedMessageCannotBeTakenBack(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.full()
		p.c.w.deflater, _ = rfc7692.Params{}.Client()
		p.c.w.compress = func(m transport.Message) bool { return len(m.Data) > 10 }
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		s := p.sendText(ctx, "small")
		p.after(time.Second)
		s.wantErr("one that is not compressed", context.DeadlineExceeded)
		require.NoError(t, p.c.Err())
		wantBroken(p, "large enough to be")
	})
}

// wantBroken sends what while the peer does not read. Its cancelling breaks the
// connection although not a byte of it has left.
func wantBroken(p *peer, what string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	s := p.sendText(ctx, what)
	p.after(time.Second)
	s.wantErr(what, context.DeadlineExceeded)
	var closed *transport.CloseError
	require.ErrorAs(p.t, p.c.Err(), &closed)
	require.Same(p.t, p.c.Err(), s.err)
}

func TestSendCancelledWhileItsWriteIsSharedAndHasNotBegun(t *testing.T) {
	for name, leads := range map[string]bool{"the one that writes": true, "one that is written for": false} {
		t.Run(name, func(t *testing.T) {
			test(t, func(t *testing.T, p *peer) {
				p.full()
				first := p.sendText(t.Context(), "first")
				p.settle()
				ctx, cancel := context.WithCancel(t.Context())
				a, b := t.Context(), t.Context()
				if leads {
					a = ctx
				} else {
					b = ctx
				}
				second := p.sendText(a, "second")
				p.settle()
				third, fourth := p.sendText(b, "third"), p.sendText(t.Context(), "third")
				p.send(ping("ping"))
				p.after(2 * pumpDelay)
				p.nc.SetReadBuffer(memnet.DefaultBuffer + 2 + 4 + 5) // room for the first
				first.want("the first")
				second.wantBlocked("now it is their turn")
				cancel()
				if !leads {
					second, third = third, second
				}
				second.wantErr("the one that is cancelled", context.Canceled)
				third.wantBlocked("not another")
				fourth.wantBlocked("nor the last")
				p.release()
				third.want("the others go")
				fourth.want("both of them")
				p.wantFull()
				p.wantFrame("the first", rfc6455.OpText, "first")
				p.wantFrame("the pong that was with them", rfc6455.OpPong, "ping")
				p.settle()
				for range 2 {
					_, ok := p.next()
					require.True(t, ok)
				}
				p.wantIdle("three messages in all")
			})
		})
	}
}

// A lateContext has ended before its channel says so, as seen by a goroutine
// that has not run yet.
type lateContext struct {
	context.Context
	done  chan struct{}
	ended atomic.Bool
}

func (c *lateContext) Done() <-chan struct{} { return c.done }

func (c *lateContext) Err() error {
	if c.ended.Load() {
		return context.Canceled
	}
	return nil
}

func TestAWriteDoesNotTakeMessagesWhoseContextHasEnded(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		first := p.sendText(t.Context(), big)
		p.settle()
		ctx := &lateContext{Context: t.Context(), done: make(chan struct{})}
		second := p.sendText(t.Context(), "second")
		p.settle()
		third, fourth := p.sendText(ctx, "third"), p.sendText(ctx, "third")
		p.settle()
		fifth := p.sendText(t.Context(), "fifth")
		p.settle()
		ctx.ended.Store(true)
		p.release()
		first.want("the first")
		second.want("the second")
		third.wantErr("one whose context has ended", context.Canceled)
		fourth.wantErr("another", context.Canceled)
		fifth.want("the fifth")
		p.wantFrame("the first", rfc6455.OpText, big)
		p.wantFrame("the second", rfc6455.OpText, "second")
		p.wantFrame("and the fifth", rfc6455.OpText, "fifth")
	})
}

// A context that ends while Send begins has told its watchers already when the
// write is under way.
func TestSendWhoseContextEndsWhileItBegins(t *testing.T) {
	for range 20 {
		test(t, func(t *testing.T, p *peer) {
			inner, cancel := context.WithCancel(t.Context())
			ctx := &fleetingContext{Context: inner, cancel: cancel}
			p.full()
			p.nc.SetReadBuffer(memnet.DefaultBuffer + 2 + 4 + 1)
			p.sendText(ctx, "x").want("the context is watched now")
			ctx.armed.Store(true)
			p.sendText(ctx, "y").wantErr("Send", context.Canceled)
		})
	}
}

// A fleetingContext ends right after its next Err has said that it has not.
type fleetingContext struct {
	context.Context
	cancel context.CancelFunc
	armed  atomic.Bool
}

func (c *fleetingContext) Err() error {
	if c.armed.CompareAndSwap(true, false) {
		c.cancel()
		for range 100 {
			runtime.Gosched() // those who watch it run
		}
		return nil
	}
	return c.Context.Err()
}
