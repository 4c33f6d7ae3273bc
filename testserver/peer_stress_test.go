package testserver

import (
	"context"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/amphiwire/amphiwire/internal/memnet"
)

// bedlam is a client that does whatever comes to its mind, on a network that
// does so too.
func bedlam(r *rand.Rand, near, far *memnet.Conn) {
	pause := func(most int) { time.Sleep(time.Duration(r.IntN(most)) * time.Millisecond) }
	for range r.IntN(60) {
		out := ""
		switch n := r.IntN(100); {
		case n < 30:
			out = masked(binary1, strings.Repeat("x", r.IntN(2000)))
		case n < 35:
			out = masked(binary1, strings.Repeat("x", 60_000))
		case n < 40:
			out = masked(textFrame, "h\xc3") + masked(ping, "between") + masked(fin, "\xa4")
		case n < 60:
			out = masked(ping, "p") + masked(pong, "p")
		case n < 75:
			pause(3000)
		case n < 90:
			end := []*memnet.Conn{near, far}[r.IntN(2)]
			end.Stall()
			pause(300)
			end.Resume()
		case n < 92:
			out = masked(closing, code(1000, "bye"))
		case n < 93:
			out = string([]byte{byte(r.IntN(256)), byte(r.IntN(256))})
		case n < 95:
			[]*memnet.Conn{near, far}[r.IntN(2)].CutAfter(int64(r.IntN(1000)))
		case n < 97:
			_ = far.Reset()
		default:
			_ = far.Close()
		}
		if _, err := io.WriteString(far, out); err != nil {
			return
		}
	}
}

// busy uses p as a program may.
func busy(r *rand.Rand, p *Peer) {
	receives := r.IntN(2) == 0
	for range r.IntN(25) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(r.IntN(2_000_000))*time.Microsecond)
		switch n := r.IntN(100); {
		case n < 40 && receives:
			_, _ = p.Receive(ctx)
		case n < 75:
			_ = p.Send(ctx, Message{BinaryMessage, make([]byte, r.IntN(3000))})
		case n < 80:
			_ = p.Send(ctx, Message{BinaryMessage, make([]byte, 300_000)})
		case n < 90:
			_ = p.Ping(ctx, nil)
		case n < 99:
			<-ctx.Done()
		default:
			_ = p.Close(1000, "")
		}
		cancel()
	}
}

// Whatever happens, nothing hangs and Close leaves nothing behind. The bubble
// fails the test if a goroutine is left, or all of them wait.
func TestStressOfPeers(t *testing.T) {
	for seed := range uint64(300) {
		synctest.Test(t, func(t *testing.T) {
			random := func(n uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, n)) }
			near, far := memnet.Pipe()
			timeout := []time.Duration{time.Millisecond, time.Second, defaultCloseTimeout}[seed/2%3]
			e := &endpoint{opts: WebSocketOptions{MaxMessageSize: 1 << 16, CloseTimeout: timeout}}
			p := newPeer(near, nil, nil, e.init(), codec{})
			var all sync.WaitGroup
			all.Go(func() { bedlam(random(0), near, far) })
			if seed%3 > 0 { // or it does not read
				all.Go(func() { _, _ = io.Copy(io.Discard, far) })
			}
			for n := range seed % 5 {
				all.Go(func() { busy(random(1+n), p) })
			}
			time.Sleep(time.Duration(seed) * 17 * time.Millisecond)
			for range 2 {
				all.Go(func() {
					began := time.Now()
					_ = p.Close(1000, "")
					assert.LessOrEqual(t, time.Since(began), timeout+drainTime, "seed %d", seed)
				})
			}
			time.Sleep(timeout + drainTime)
			_, first := p.Receive(context.Background())
			assert.Error(t, first, "seed %d", seed)
			_, second := p.Receive(context.Background())
			assert.Equal(t, first, second, "seed %d", seed)
			_, err := near.Read(nil)
			assert.ErrorIs(t, err, net.ErrClosed, "seed %d", seed)
			far.Close()
			all.Wait()
		})
	}
}
