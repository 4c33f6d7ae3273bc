package native

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// script is a stream of every kind of frame, and scriptMessages what is to be
// received from it.
var (
	script = join(
		text("one"), ping("p1"), text(""), pong("unsolicited"),
		frame(rfc6455.OpText, false, "fräg"), ping("p2"), frame(rfc6455.OpContinuation, false, ""),
		frame(rfc6455.OpContinuation, true, "ments"), text(strings.Repeat("x", 130)), ping(""), text("last"),
	)
	scriptMessages = []string{"one", "", "frägments", strings.Repeat("x", 130), "last"}
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

func TestReceiveTypes(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.send(text(""), frame(rfc6455.OpBinary, true, "\x00\xff"), frame(rfc6455.OpBinary, true, ""))
		for _, want := range []transport.Message{
			{Type: transport.Text, Data: []byte{}},
			{Type: transport.Binary, Data: []byte{0, 255}},
			{Type: transport.Binary, Data: []byte{}},
		} {
			assert.Equal(t, want, p.receive(t.Context()).want("Receive"))
		}
	})
}

// RFC 6455, section 5.4: "Control frames MAY be injected in the middle of a
// fragmented message."
func TestReceiveFragments(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		r := p.receive(t.Context())
		p.send(frame(rfc6455.OpText, false, "a"), ping("1"))
		p.wantFrame("a ping between fragments is answered at once", rfc6455.OpPong, "1")
		p.send(frame(rfc6455.OpContinuation, false, "b"), ping("2"), pong("?"))
		r.wantBlocked("the message is not complete")
		p.send(frame(rfc6455.OpContinuation, true, "c"), text("next"))
		wantText("the message", r, "abc")
		p.wantFrame("the other ping", rfc6455.OpPong, "2")
		p.wantMessage("the next", "next")
	})
}

func TestReceiveCancelled(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		ctx, cancel := context.WithCancel(t.Context())
		a, b := p.receive(ctx), p.receive(ctx)
		a.wantBlocked("the one that reads")
		b.wantBlocked("the one that waits for it")
		cancel()
		a.wantErr("the one that read", context.Canceled)
		b.wantErr("the one that waited", context.Canceled)
		p.receive(ctx).wantErr("one that comes late", context.Canceled)
		assert.Zero(t, a.took+b.took, "at once")
		p.send(text("after"))
		p.wantMessage("a message after that", "after")
	})
}

func TestReceiveCancelledAtEachByte(t *testing.T) {
	for name, buf := range map[string][]byte{"in new memory": nil, "in the caller's buffer": make([]byte, 200)} {
		for at := range len(script) {
			t.Run(name, func(t *testing.T) {
				test(t, func(t *testing.T, p *peer) {
					p.send(script[:at])
					var got []string
					for {
						m, err := receiveFor(p.c, time.Millisecond, buf)
						if err != nil {
							require.Equal(t, context.DeadlineExceeded, err)
							break
						}
						got = append(got, string(m.Data))
					}
					scribble(buf) // it is the caller's again
					p.send(script[at:])
					for len(got) < len(scriptMessages) {
						m, err := p.c.Receive(t.Context(), buf)
						require.NoError(t, err)
						got = append(got, string(m.Data))
					}
					require.Equal(t, scriptMessages, got)
					p.wantFrame("each ping is answered", rfc6455.OpPong, "p1")
					p.wantFrame("once", rfc6455.OpPong, "p2")
					p.wantFrame("in order", rfc6455.OpPong, "")
				})
			})
		}
	}
}

func TestReceiveCancelledAfterEveryByte(t *testing.T) {
	for name, buf := range map[string][]byte{"in new memory": nil, "in the caller's buffer": make([]byte, 200)} {
		t.Run(name, func(t *testing.T) {
			test(t, func(t *testing.T, p *peer) {
				var got []string
				for i := range script {
					p.send(script[i : i+1])
					m, err := receiveFor(p.c, time.Duration(i%25)*time.Millisecond, buf)
					if err == nil {
						got = append(got, string(m.Data))
					}
					scribble(buf)
				}
				for len(got) < len(scriptMessages) {
					m, err := p.c.Receive(t.Context(), buf)
					require.NoError(t, err)
					got = append(got, string(m.Data))
				}
				require.Equal(t, scriptMessages, got)
			})
		})
	}
}

// receiveFor receives with a timeout.
func receiveFor(c *Conn, d time.Duration, buf []byte) (transport.Message, error) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	return c.Receive(ctx, buf)
}

// scribble overwrites a buffer that nobody else may use.
func scribble(buf []byte) {
	for i := range buf {
		buf[i] = '!'
	}
}

func TestReceiveIntoTheCallersBuffer(t *testing.T) {
	for name, deliver := range map[string]func(p *peer, m []byte){
		"before Receive":                 func(p *peer, m []byte) { p.send(m) },
		"to the pump":                    func(p *peer, m []byte) { p.send(m); p.after(2 * pumpDelay) },
		"in part to the pump":            func(p *peer, m []byte) { inPart(p, m, func() { p.after(2 * pumpDelay) }) },
		"in part to a cancelled Receive": func(p *peer, m []byte) { inPart(p, m, func() { cancelled(p) }) },
		"in small pieces":                func(p *peer, m []byte) { p.near.ChunkReads(3); p.send(m) },
		"in fragments":                   func(p *peer, m []byte) { p.send(fragments(m)) },
		"in fragments to the pump":       func(p *peer, m []byte) { p.send(fragments(m)); p.after(2 * pumpDelay) },
	} {
		for _, size := range []int{1, 100, 5000, 70000} {
			t.Run(name, func(t *testing.T) {
				test(t, func(t *testing.T, p *peer) {
					p.near.SetReadBuffer(1 << 20)
					s := strings.Repeat("s", size)
					deliver(p, text(s))
					buf := make([]byte, 3, size+2)
					m := p.receiveInto(t.Context(), buf).want("Receive")
					require.Equal(t, s, string(m.Data))
					assert.Same(t, &buf[:1][0], &m.Data[0], "%d bytes fit", size)
					deliver(p, text(s+"..."))
					m = p.receiveInto(t.Context(), buf).want("Receive")
					require.Equal(t, s+"...", string(m.Data))
					assert.NotSame(t, &buf[:1][0], &m.Data[0], "%d bytes do not", size+3)
				})
			})
		}
	}
}

// inPart delivers the last byte of m later.
func inPart(p *peer, m []byte, meanwhile func()) {
	p.send(m[:len(m)-1])
	meanwhile()
	p.send(m[len(m)-1:])
}

// fragments makes two frames, with a ping between them, of a text message.
func fragments(m []byte) []byte {
	_, n, err := rfc6455.ParseHeader(m)
	if err != nil {
		panic(err)
	}
	half := (n + len(m)) / 2
	return join(frame(rfc6455.OpText, false, string(m[n:half])), ping(""), frame(rfc6455.OpContinuation, true, string(m[half:])))
}

func cancelled(p *peer) {
	if _, err := receiveFor(p.c, time.Millisecond, nil); err != context.DeadlineExceeded {
		p.t.Error(err)
	}
}

func TestABufferIsNotUsedAfterReceive(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		buf := make([]byte, 100)
		ctx, cancel := context.WithCancel(t.Context())
		r := p.receiveInto(ctx, buf)
		p.send(text("0123456789")[:7])
		r.wantBlocked("half a message")
		cancel()
		r.wantErr("Receive", context.Canceled)
		scribble(buf)
		p.send(text("0123456789")[7:])
		p.after(2 * pumpDelay) // the pump has the message now
		assert.Equal(t, strings.Repeat("!", 100), string(buf))
		p.wantMessage("the message", "0123456789")
	})
}

func TestConcurrentReceivesGetEachMessageOnce(t *testing.T) {
	const receivers, messages = 5, 500
	test(t, func(t *testing.T, p *peer) {
		var mu sync.Mutex
		seen := map[string]int{}
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for g := range receivers {
			wg.Go(func() {
				for i := 0; ctx.Err() == nil; i++ {
					short, stop := context.WithTimeout(ctx, time.Duration((i*7+g)%5)*time.Millisecond)
					if m, err := p.c.Receive(short, nil); err == nil {
						mu.Lock()
						seen[string(m.Data)]++
						mu.Unlock()
					}
					stop()
				}
			})
		}
		for i := range messages {
			p.send(text(fmt.Sprint(i)))
			if i%10 == 0 {
				time.Sleep(time.Duration(i) * 100 * time.Microsecond)
			}
		}
		p.after(time.Second)
		cancel()
		wg.Wait()
		assert.Len(t, seen, messages)
		for m, n := range seen {
			assert.Equal(t, 1, n, m)
		}
	})
}

// A countingConn counts calls of Read.
type countingConn struct {
	net.Conn
	reads atomic.Int64
}

func (c *countingConn) Read(p []byte) (int, error) {
	c.reads.Add(1)
	return c.Conn.Read(p)
}

// counting makes a setting that puts the connection into c.
func counting(c *countingConn) setting {
	return wrapped(func(nc net.Conn) net.Conn { c.Conn = nc; return c })
}

// wrapped makes a setting that wraps the network connection.
func wrapped(wrap func(net.Conn) net.Conn) setting {
	return func(_ *transport.Config, o *Options) {
		dial := o.DialContext
		o.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			nc, err := dial(ctx, network, addr)
			return wrap(nc), err
		}
	}
}

func TestReceivesThatWaitDoNotSpin(t *testing.T) {
	var nc countingConn
	test(t, func(t *testing.T, p *peer) {
		p.after(2 * pumpDelay) // the pump has the role
		nc.reads.Store(0)
		var calls []*call[transport.Message]
		for range 4 {
			calls = append(calls, p.receive(t.Context()))
		}
		p.after(time.Minute)
		assert.LessOrEqual(t, nc.reads.Load(), int64(len(calls)), "for a minute")
		for i := range calls {
			nc.reads.Store(0)
			p.send(text(fmt.Sprint(i)))
			p.after(time.Second)
			assert.LessOrEqual(t, nc.reads.Load(), int64(len(calls)), "for a message")
		}
		for _, c := range calls {
			c.want("Receive")
		}
	}, counting(&nc))
}

func TestReceiveReadsASmallMessageOnce(t *testing.T) {
	var nc countingConn
	test(t, func(t *testing.T, p *peer) {
		r := p.receive(t.Context())
		r.wantBlocked("Receive")
		nc.reads.Store(0)
		p.send(text("one"), text("two"), text("three"))
		wantText("what was waited for needs no more reads", r, "one")
		assert.Zero(t, nc.reads.Load())
		p.wantMessage("nor", "two")
		p.wantMessage("what came with it", "three")
		assert.Zero(t, nc.reads.Load())
	}, counting(&nc))
}

func TestALargeMessageIsReadInLargePieces(t *testing.T) {
	var nc countingConn
	test(t, func(t *testing.T, p *peer) {
		p.near.SetReadBuffer(2 << 20)
		p.send(text(strings.Repeat("1234", 1<<18)))
		nc.reads.Store(0)
		m, err := p.c.Receive(t.Context(), make([]byte, 1<<20))
		require.NoError(t, err)
		assert.True(t, bytes.Equal(bytes.Repeat([]byte("1234"), 1<<18), m.Data))
		assert.LessOrEqual(t, nc.reads.Load(), int64(2), "a header, and the rest straight into the buffer")
	}, counting(&nc))
}
