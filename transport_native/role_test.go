package native

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// maxBuffered sets Config.MaxBuffered.
func maxBuffered(n int64) setting {
	return func(c *transport.Config, _ *Options) { c.MaxBuffered = n }
}

func TestRoleHasOneHolder(t *testing.T) {
	var r role
	require.True(t, r.take())
	require.False(t, r.take(), "it is held")
	r.free()
	require.True(t, r.take(), "it is free again")
}

func TestAPingIsAnsweredWhileNobodyReceives(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.send(ping("1"))
		p.after(pumpDelay)
		p.wantFrame("the first", rfc6455.OpPong, "1")
		p.send(ping("2"))
		p.wantFrame("and the next at once", rfc6455.OpPong, "2")
		p.send(text("kept"), ping("3"))
		p.wantFrame("a message in between is no obstacle", rfc6455.OpPong, "3")
		p.wantMessage("and is kept", "kept")
		p.send(ping("4"))
		p.after(2 * pumpDelay)
		p.wantFrame("after a Receive, too", rfc6455.OpPong, "4")
	})
}

func TestReceiveTakesOverFromThePump(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.after(2 * pumpDelay)
		require.True(t, p.c.pumping.Load())
		r := p.receive(t.Context())
		r.wantBlocked("nothing has arrived")
		assert.False(t, p.c.pumping.Load(), "the pump has stepped aside")
		p.send(text("m"))
		wantText("Receive reads itself", r, "m")
		assert.Zero(t, p.c.in.Bytes())
	})
}

func TestReceiveTakesOverAtEachByte(t *testing.T) {
	for at := range len(script) {
		test(t, func(t *testing.T, p *peer) {
			p.send(script[:at])
			p.after(2 * pumpDelay)
			p.send(script[at:])
			for _, want := range scriptMessages {
				p.wantMessage("in order", want)
			}
			p.wantFrame("each ping is answered", rfc6455.OpPong, "p1")
			p.wantFrame("once", rfc6455.OpPong, "p2")
			p.wantFrame("in order", rfc6455.OpPong, "")
		})
	}
}

func TestWhatNobodyReceivesIsBounded(t *testing.T) {
	const bound, size = 10000, 1000
	test(t, func(t *testing.T, p *peer) {
		m := text(strings.Repeat("m", size))
		sent := p.pour([]byte(strings.Repeat(string(m), 200)), text("last"))
		p.after(2 * pumpDelay)
		sent.wantBlocked("the peer is held back")
		assert.GreaterOrEqual(t, p.c.in.Bytes(), int64(bound), "the inbox is full")
		assert.Less(t, p.c.in.Bytes(), int64(bound+2*size), "and no more")
		p.after(time.Hour)
		assert.Less(t, p.c.in.Bytes(), int64(bound+2*size), "however long")
		for range 200 {
			p.wantMessage("nothing is lost", strings.Repeat("m", size))
		}
		p.wantMessage("nor out of order", "last")
		sent.want("the peer could go on")
	}, maxBuffered(bound))
}

func TestReadingResumesWhenThereIsRoom(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.send(text(strings.Repeat("a", 1000)), ping("p"), text("b"))
		p.after(2 * pumpDelay)
		p.wantIdle("the ping is behind a message that fills the inbox")
		p.wantMessage("the program makes room", strings.Repeat("a", 1000))
		p.after(2 * pumpDelay)
		p.wantFrame("the ping is answered without another Receive", rfc6455.OpPong, "p")
		p.wantMessage("the rest", "b")
	}, maxBuffered(1000))
}

// A message without payload takes memory, too.
func TestEmptyMessagesThatNobodyReceivesAreBounded(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		const n = 1 << 20
		sent := p.pour([]byte(strings.Repeat(string(text("")), n)))
		p.after(2 * pumpDelay)
		sent.wantBlocked("the peer is held back")
		p.nc.Close()
	}, maxBuffered(1<<20))
}

func TestThePumpLetsGoOfTheMemoryOfABurst(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		for range 100 {
			p.send(text(strings.Repeat("b", 30000)))
			p.wantMessage("a burst", strings.Repeat("b", 30000))
		}
		p.after(2 * pumpDelay)
		p.receive(t.Context()).wantBlocked("the pump is idle")
		assert.LessOrEqual(t, cap(p.c.rd.buf), minReadBuffer)
	})
}

// A Close frame, a reset, a violation: whatever ends the connection is noticed
// although nobody receives.
func TestTheEndIsNoticedWhileNobodyReceives(t *testing.T) {
	for name, end := range map[string]func(p *peer){
		"a Close frame": func(p *peer) { p.send(closing(1000, "")) },
		"a FIN":         func(p *peer) { p.nc.Close() },
		"a reset":       func(p *peer) { p.nc.Reset() },
		"a violation":   func(p *peer) { p.send([]byte{0xff}) },
	} {
		for _, after := range []time.Duration{0, pumpDelay - 1, pumpDelay, pumpDelay + 1, time.Hour} {
			t.Run(fmt.Sprint(name, " after ", after), func(t *testing.T) {
				test(t, func(t *testing.T, p *peer) {
					p.after(after)
					begin := time.Now()
					end(p)
					<-p.c.Done()
					assert.LessOrEqual(t, time.Since(begin), 2*pumpDelay)
					assert.Error(t, p.c.Err())
				})
			})
		}
	}
}

// Between Receives the pump must come back, whatever the moment.
func TestThePumpComesBackAfterEachReceive(t *testing.T) {
	for _, pause := range []time.Duration{0, 1, pumpDelay - 1, pumpDelay, pumpDelay + 1, 3 * pumpDelay} {
		test(t, func(t *testing.T, p *peer) {
			for i := range 20 {
				p.send(text("m"))
				p.wantMessage("a message", "m")
				time.Sleep(pause)
				p.send(ping(fmt.Sprint(i)))
				p.after(2 * pumpDelay)
				p.wantFrame("a ping after it", rfc6455.OpPong, fmt.Sprint(i))
			}
			synctest.Wait()
		})
	}
}

// A hand-over for every message would cost as much as the message.
func TestThePumpLeavesAProgramAloneThatReceivesInALoop(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		for range 50 {
			p.send(text("m"))
			p.wantMessage("a message", "m")
			p.after(pumpDelay / 2)
			assert.False(t, p.c.pumping.Load())
		}
	})
}
