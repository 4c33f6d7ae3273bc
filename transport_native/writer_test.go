package native

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
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

// big is a message that a stalled peer's buffer cannot hold.
var big = strings.Repeat("0123456789abcdef", 16<<10)

func TestSend(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.sendText(t.Context(), "hello").want("Send")
		p.wantFrame("a text message", rfc6455.OpText, "hello")
		require.NoError(t, p.c.Send(t.Context(), transport.Message{Type: transport.Binary, Data: []byte{0, 255}}))
		p.wantFrame("a binary message", rfc6455.OpBinary, "\x00\xff")
		p.sendText(t.Context(), "").want("Send")
		p.wantFrame("an empty message", rfc6455.OpText, "")
	})
}

func TestSendDoesNotChangeTheMessage(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		data := []byte("hello")
		require.NoError(t, p.c.Send(t.Context(), transport.Message{Type: transport.Text, Data: data}))
		assert.Equal(t, "hello", string(data), "masking is not done in place")
	})
}

// RFC 6455, section 5.3: "The masking key needs to be unpredictable".
func TestEachMessageHasItsOwnMaskingKey(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		keys := map[[4]byte]bool{}
		for range 100 {
			p.sendText(t.Context(), "x").want("Send")
			f, ok := p.next()
			require.True(t, ok)
			keys[f.MaskKey] = true
		}
		assert.Greater(t, len(keys), 95)
	})
}

func TestConcurrentSendsAreWholeAndOrderedPerGoroutine(t *testing.T) {
	const senders, messages = 8, 50
	test(t, func(t *testing.T, p *peer) {
		var wg sync.WaitGroup
		for g := range senders {
			wg.Go(func() {
				for i := range messages {
					pad := strings.Repeat(".", (g*997+i*131)%5000)
					m := transport.Message{Type: transport.Text, Data: fmt.Appendf(nil, "%d %d %s", g, i, pad)}
					assert.NoError(t, p.c.Send(t.Context(), m))
				}
			})
		}
		wg.Wait()
		p.settle()
		var next [senders]int
		for range senders * messages {
			f, ok := p.next()
			require.True(t, ok, "every message arrives")
			var g, i int
			_, err := fmt.Sscanf(f.payload, "%d %d", &g, &i)
			require.NoError(t, err)
			require.Equal(t, next[g], i, "messages of one goroutine arrive in order")
			require.Len(t, f.payload, len(fmt.Sprintf("%d %d ", g, i))+(g*997+i*131)%5000)
			next[g]++
		}
		p.wantIdle("nothing else is sent")
	})
}

func TestAnIdleConnectionSendsASmallMessageInOneWrite(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		for _, size := range []int{0, 1, 125, 126, 65535, 65536, 256 << 10} {
			before := p.near.Writes()
			s := strings.Repeat("s", size)
			p.sendText(t.Context(), s).want("Send")
			p.wantFrame("the message", rfc6455.OpText, s)
			assert.Equal(t, 1, p.near.Writes()-before, "%d bytes", size)
		}
	})
}

func TestALargeMessageIsOneFrameInFewWrites(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		before := p.near.Writes()
		s := strings.Repeat("large", 1<<20/5)
		p.sendText(t.Context(), s).want("Send")
		p.wantFrame("one frame", rfc6455.OpText, s)
		assert.LessOrEqual(t, p.near.Writes()-before, 4)
	})
}

func TestWaitingMessagesShareAWrite(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		first := p.sendText(t.Context(), big)
		first.wantBlocked("the peer does not read")
		const n = 100
		var waiting []*call[int]
		for i := range n {
			waiting = append(waiting, p.sendText(t.Context(), fmt.Sprint("small ", i)))
			p.settle() // so that they queue up in this order
		}
		writes := p.near.Writes()
		p.release()
		first.want("the large message")
		p.wantFrame("it goes first", rfc6455.OpText, big)
		for i, s := range waiting {
			s.want("a small message")
			p.wantFrame("those that waited, in order", rfc6455.OpText, fmt.Sprint("small ", i))
		}
		assert.Equal(t, 1, p.near.Writes()-writes)
	})
}

func TestWhatSharesAWriteIsBounded(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		first := p.sendText(t.Context(), big)
		first.wantBlocked("the peer does not read")
		const n = 8
		half := strings.Repeat("h", shareSize/2)
		var waiting []*call[int]
		for range n {
			waiting = append(waiting, p.sendText(t.Context(), half))
		}
		p.settle()
		writes := p.near.Writes()
		p.release()
		p.settle()
		first.want("the large message")
		for _, s := range waiting {
			s.want("a message that waited")
		}
		assert.Greater(t, p.near.Writes()-writes, n/2-1, "a write carries no more than its share")
	})
}

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

// A pong that waits for room must not keep a Send whose message is out.
func TestSendDoesNotWaitForThePongsBehindIt(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		first := p.sendText(t.Context(), strings.Repeat("f", memnet.DefaultBuffer))
		first.wantBlocked("it is as long as the buffer, and its header too much")
		p.send(ping(strings.Repeat("p", 125)), ping(""))
		p.after(pumpDelay)
		p.nc.SetReadBuffer(memnet.DefaultBuffer + 100)
		first.want("its last byte is out, the first pong is not")
		p.release()
		p.wantFrame("the message", rfc6455.OpText, strings.Repeat("f", memnet.DefaultBuffer))
		p.wantFrame("the pongs come after it", rfc6455.OpPong, strings.Repeat("p", 125))
		p.wantFrame("in order", rfc6455.OpPong, "")
	})
}

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

func TestPongsGoBeforeMessagesThatWait(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		first := p.sendText(t.Context(), big)
		p.settle()
		second := p.sendText(t.Context(), "second")
		p.send(ping("1"), ping("2"))
		p.after(pumpDelay)
		p.release()
		first.want("the first")
		second.want("the second")
		p.wantFrame("a message that has begun is not interrupted", rfc6455.OpText, big)
		p.wantFrame("then the pongs", rfc6455.OpPong, "1")
		p.wantFrame("in order", rfc6455.OpPong, "2")
		p.wantFrame("then what waited", rfc6455.OpText, "second")
	})
}

func TestPongsOfAFloodAreBounded(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		first := p.sendText(t.Context(), big)
		p.settle()
		const n = 10000
		flood := bytes.Repeat(ping(strings.Repeat("p", 100)), n)
		sent := p.pour(flood, ping("last"))
		p.after(pumpDelay)
		sent.want("the flood is read although nothing can be written")
		p.release()
		first.want("the message")
		p.wantFrame("the message", rfc6455.OpText, big)
		p.settle()
		answered, last := 0, ""
		for f, ok := p.next(); ok; f, ok = p.next() {
			require.Equal(t, rfc6455.OpPong, f.Opcode)
			answered, last = answered+1, f.payload
		}
		assert.LessOrEqual(t, answered*106, maxControl+256)
		assert.Equal(t, "last", last, "the most recent ping is answered")
	})
}

func TestMessagesOfNoBytesAreBoundedInAWriteToo(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		first := p.sendText(t.Context(), big)
		p.settle()
		const n = 10000
		var wg sync.WaitGroup
		for range n {
			wg.Go(func() { assert.NoError(t, p.c.Send(t.Context(), transport.Message{Type: transport.Text})) })
		}
		p.settle()
		writes := p.near.Writes()
		p.release()
		wg.Wait()
		first.want("the first")
		assert.Greater(t, p.near.Writes()-writes, n*rfc6455.MaxHeaderSize/shareSize-1)
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
