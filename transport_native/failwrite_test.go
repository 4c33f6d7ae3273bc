package native

import (
	"context"
	"errors"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// A mute connection can be made to fail when it is written, and be read all the
// same: the two directions of a tunnel fail apart.
type mute struct {
	net.Conn
	on atomic.Bool
}

var errMute = errors.New("mute")

func (m *mute) Write(p []byte) (int, error) {
	if m.on.Load() {
		return 0, errMute
	}
	return m.Conn.Write(p)
}

// testMute is test with a connection that become makes mute.
func testMute(t *testing.T, maxBuffered int64, f func(t *testing.T, p *peer, become func())) {
	var m *mute
	test(t, func(t *testing.T, p *peer) { f(t, p, func() { m.on.Store(true) }) }, func(c *transport.Config, o *Options) {
		c.MaxBuffered = maxBuffered
		dial := o.DialContext
		o.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			nc, err := dial(ctx, network, addr)
			m = &mute{Conn: nc}
			return m, err
		}
	})
}

// wantMute says that err is the end of a connection that has become mute.
func wantMute(t *testing.T, err error) {
	t.Helper()
	var closed *transport.CloseError
	require.ErrorAs(t, err, &closed)
	assert.EqualValues(t, 1006, closed.Code)
	assert.True(t, closed.Remote)
	assert.ErrorIs(t, err, errMute)
}

// A connection on which nothing can be sent is no connection, whether the peer
// has something to say or not.
func TestAFailedWriteEndsTheConnection(t *testing.T) {
	for name, write := range map[string]func(p *peer){
		"of a message": func(p *peer) {
			_, err := p.sendText(p.t.Context(), "lost").result("Send")
			wantMute(p.t, err)
		},
		"of a pong": func(p *peer) { p.send(ping("lost")); p.after(2 * pumpDelay) },
	} {
		for _, receiving := range []bool{true, false} {
			for _, sending := range []bool{true, false} {
				t.Run(name+", receiving "+strconv.FormatBool(receiving)+", sending "+strconv.FormatBool(sending), func(t *testing.T) {
					testMute(t, 4<<20, func(t *testing.T, p *peer, become func()) {
						received := start(t, func() (n int, err error) {
							for receiving && err == nil {
								if _, err = p.c.Receive(t.Context(), nil); err == nil {
									n++
								}
							}
							return n, err
						})
						become()
						write(p)
						begin := time.Now()
						if sending {
							chatter(p)
						}
						<-p.c.Done()
						assert.LessOrEqual(t, time.Since(begin), lastWords)
						wantMute(t, p.c.Err())
						p.settle()
						if receiving {
							n, err := received.result("Receive")
							wantMute(t, err)
							assert.Equal(t, sending, n > 0)
						}
						_, err := p.sendText(t.Context(), "late").result("Send")
						wantMute(t, err)
						p.wantEOF("the socket is closed")
					})
				})
			}
		}
	}
}

// chatter sends until the connection is gone, or should have been for long.
func chatter(p *peer) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for end := time.Now().Add(5 * lastWords); time.Now().Before(end); <-time.After(time.Millisecond) {
			if _, err := p.nc.Write(text("chatter")); err != nil {
				return
			}
		}
	}()
	p.t.Cleanup(func() { <-done })
}

// What has arrived when a write fails is delivered, also what a program that
// does not receive has left with the kernel.
func TestAFailedWriteLosesNothingThatHasArrived(t *testing.T) {
	const size = 100
	for name, maxBuffered := range map[string]int64{
		"that nobody receives":                 1 << 20,
		"that is more than may be held":        15 * (size + transport.Overhead),
		"that is twice as much as may be held": 10 * (size + transport.Overhead),
	} {
		for end, last := range map[string][]byte{"and goes on": nil, "and ends": closing(4001, "enough")} {
			t.Run(name+", "+end, func(t *testing.T) {
				testMute(t, maxBuffered, func(t *testing.T, p *peer, become func()) {
					for i := range 20 {
						p.send(text(padded(i, size)))
					}
					p.send(last)
					if last == nil {
						p.after(2 * pumpDelay) // as much as may be held has been read
					}
					become()
					_, err := p.sendText(t.Context(), "lost").result("Send")
					wantMute(t, err)
					<-p.c.Done()
					for i := range 20 {
						p.wantMessage("what has arrived", padded(i, size))
					}
					p.receive(t.Context()).wantErr("then the end", p.c.Err())
				})
			})
		}
	}
}

func padded(i, size int) string {
	s := strconv.Itoa(i)
	return s + string(make([]byte, size-len(s)))
}

// What may be held when a write has failed has its limit, as before.
func TestAFailedWriteHoldsNoMoreThanTwiceAsMuch(t *testing.T) {
	const limit = 100_000
	testMute(t, limit, func(t *testing.T, p *peer, become func()) {
		become()
		p.sendText(t.Context(), "lost").wantErr("Send", errMute)
		p.pour([]byte(strings.Repeat(string(text(padded(0, 1000))), 10*limit/1000)))
		<-p.c.Done()
		assert.Greater(t, p.c.in.Bytes(), int64(limit))
		assert.LessOrEqual(t, p.c.in.Bytes(), int64(2*limit+1000+transport.Overhead))
	})
}

// Close does not wait for what the peer may have to say.
func TestACloseAfterAFailedWriteToAPeerThatGoesOn(t *testing.T) {
	testMute(t, 4<<20, func(t *testing.T, p *peer, become func()) {
		become()
		p.sendText(t.Context(), "lost").wantErr("Send", errMute)
		chatter(p)
		closed := p.close(1000, "")
		closed.wantErr("Close", errMute)
		assert.Zero(t, closed.took)
		p.wantEOF("the socket is closed")
		p.after(2 * lastWords)
		p.receive(t.Context()).wantErr("Receive", transport.ErrClosed)
	})
}

// A reset tells why a write failed, and at once.
func TestAFailedWriteAfterAResetEndsAtOnce(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.nc.Reset()
		begin := time.Now()
		p.sendText(t.Context(), "lost").wantErr("Send", syscall.ECONNRESET)
		<-p.c.Done()
		assert.LessOrEqual(t, time.Since(begin), 2*pumpDelay)
	})
}

// Nobody waits for an answer that cannot be sent.
func TestAFailedWriteEndsAHeldBackEnd(t *testing.T) {
	for _, first := range []string{"the write", "the end"} {
		t.Run(first+" is first", func(t *testing.T) {
			testMute(t, 4<<20, func(t *testing.T, p *peer, become func()) {
				p.send(text("m"))
				p.wantMessage("a message", "m")
				become()
				begin := time.Now()
				if first == "the end" {
					p.send(closing(4001, ""))
					p.after(2 * pumpDelay)
				}
				p.sendText(t.Context(), "an answer").wantErr("Send", errMute)
				if first == "the write" {
					p.send(closing(4001, ""))
				}
				<-p.c.Done()
				assert.LessOrEqual(t, time.Since(begin), 4*pumpDelay)
				var closed *transport.CloseError
				require.ErrorAs(t, p.c.Err(), &closed)
				assert.EqualValues(t, 4001, closed.Code)
			})
		})
	}
}
