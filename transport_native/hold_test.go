package native

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
)

// ends are what a peer may send to end a connection, and the Close frame that
// answers it.
var ends = map[string]struct {
	bytes []byte
	code  uint16
}{
	"a Close frame":            {closing(1000, ""), 1000},
	"a violation":              {raw(0x83, 0), 1002},
	"text that is not UTF-8":   {text("\xff"), 1007},
	"a message over the limit": {raw(0x82, 127, 0, 0, 0, 1, 0, 0, 0, 0), 1009},
}

// A program that answers each message answers also the last one, however late
// it is for a moment: the end that follows is not told before it asks.
func TestTheEndWaitsForAnAnswer(t *testing.T) {
	for name, end := range ends {
		for _, busy := range []time.Duration{0, pumpDelay - 1, pumpDelay, 3 * pumpDelay, holdGrace - pumpDelay} {
			t.Run(name+" while busy for "+busy.String(), func(t *testing.T) {
				test(t, func(t *testing.T, p *peer) {
					p.send(text("1"), text("2"), text("3"), end.bytes)
					for _, want := range []string{"1", "2", "3"} {
						p.wantMessage("what came before", want)
						p.after(busy)
						p.sendText(t.Context(), want).want("the answer")
						p.wantFrame("arrives", rfc6455.OpText, want)
					}
					begin := time.Now()
					_, err := p.receive(t.Context()).result("then the end is told at once")
					require.Error(t, err)
					assert.Zero(t, time.Since(begin))
					f, ok := p.next()
					require.True(t, ok, "and answered")
					code, _, _ := rfc6455.ParseClose([]byte(f.payload))
					assert.Equal(t, end.code, code)
				})
			})
		}
	}
}

// Whether anybody receives or not, the end is noticed.
func TestTheEndDoesNotWaitForEver(t *testing.T) {
	for name, row := range map[string]struct {
		received, left int
		within         time.Duration
	}{
		"nothing was received":     {0, 0, 2 * pumpDelay},
		"everything was received":  {2, 0, 2*pumpDelay + holdGrace},
		"something is left":        {1, 1, 2*pumpDelay + holdLimit},
		"nothing of what has come": {0, 2, 2*pumpDelay + holdLimit},
	} {
		for end, what := range ends {
			t.Run(name+", "+end, func(t *testing.T) {
				test(t, func(t *testing.T, p *peer) {
					for range row.received {
						p.send(text("m"))
						p.wantMessage("a message", "m")
					}
					for range row.left {
						p.send(text("m"))
					}
					begin := time.Now()
					p.send(what.bytes)
					<-p.c.Done()
					assert.LessOrEqual(t, time.Since(begin), row.within)
					for range row.left {
						p.wantMessage("what came before is kept", "m")
					}
				})
			})
		}
	}
}

// A connection that is lost has nobody to answer to.
func TestALossIsNotHeldBack(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.send(text("m"))
		p.wantMessage("a message", "m")
		p.nc.Close()
		begin := time.Now()
		<-p.c.Done()
		assert.LessOrEqual(t, time.Since(begin), 2*pumpDelay)
	})
}

// This side's Close waits for no answer.
func TestCloseWhileTheEndIsHeldBack(t *testing.T) {
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			test(t, func(t *testing.T, p *peer) {
				p.send(text("m"))
				p.wantMessage("a message", "m")
				p.send(end.bytes)
				p.after(2 * pumpDelay)
				select {
				case <-p.c.Done():
					t.Fatal("it is not held back")
				default:
				}
				closed := p.close(1000, "")
				p.settle()
				f, ok := p.next()
				require.True(t, ok, "the peer is told at once")
				code, _, _ := rfc6455.ParseClose([]byte(f.payload))
				assert.Equal(t, end.code, code, "that it was first")
				p.nc.CloseWrite()
				closed.want("Close returns without time passing")
				p.wantEOF("no second Close frame")
			})
		})
	}
}

// A Receive that waits when the pump meets the end is told at once, whichever
// of the two was first.
func TestAReceiveThatWaitsIsToldAtOnce(t *testing.T) {
	for _, pause := range []time.Duration{0, pumpDelay - 1, pumpDelay, pumpDelay + 1} {
		test(t, func(t *testing.T, p *peer) {
			p.send(text("m"))
			p.wantMessage("a message", "m")
			p.after(pause)
			r := p.receive(t.Context())
			p.send(closing(1000, ""))
			_, err := r.result("the end")
			require.Error(t, err)
		})
	}
}
