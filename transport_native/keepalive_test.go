package native

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// keepalivePeriods sets Options.PingInterval and PingTimeout.
func keepalivePeriods(interval, timeout time.Duration) setting {
	return func(_ *transport.Config, o *Options) { o.PingInterval, o.PingTimeout = interval, timeout }
}

// wantSilent says that the connection has been given up on.
func (p *peer) wantSilent(what string) {
	p.t.Helper()
	p.settle()
	require.ErrorIs(p.t, p.c.Err(), errSilent, what)
	var closed *transport.CloseError
	require.ErrorAs(p.t, p.c.Err(), &closed)
	assert.EqualValues(p.t, 1006, closed.Code)
}

// A proxy between the two may end what is idle for longer than the interval.
func TestKeepalivePingsEveryIntervalWhateverTheTimeout(t *testing.T) {
	for _, timeout := range []time.Duration{time.Second, 20 * time.Second, time.Hour, 0} {
		test(t, func(t *testing.T, p *peer) {
			for range 5 {
				p.after(20 * time.Second)
				p.send(pong(p.wantPing("a ping")))
				p.wantIdle("one ping")
			}
		}, keepalivePeriods(20*time.Second, timeout))
	}
}

func TestKeepaliveGivesUpOnASilentPeer(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		r := p.receive(t.Context())
		p.after(20*time.Second - 1)
		p.wantIdle("an interval is not over")
		p.after(1)
		p.wantPing("a ping after the interval")
		p.after(10*time.Second - 1)
		r.wantBlocked("the timeout is not over")
		p.after(1)
		p.wantSilent("after interval and timeout")
		r.wantErr("Receive", errSilent)
		p.sendText(t.Context(), "").wantErr("Send", errSilent)
		p.wantEOF("nothing is left")
	}, keepalivePeriods(20*time.Second, 10*time.Second))
}

func TestKeepaliveOfAPeerThatAnswers(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.after(20 * time.Second)
		for range 10 {
			p.wantPing("a ping every interval, however late the pongs")
			p.after(9 * time.Second)
			p.send(pong(""))
			p.after(time.Second)
			p.wantIdle("its pong is enough")
			p.after(10 * time.Second)
		}
		p.receive(t.Context()).wantBlocked("the connection lives")
	}, keepalivePeriods(20*time.Second, 10*time.Second))
}

// The pong may have to wait behind a message that takes long.
func TestKeepaliveTakesAnyByteForASignOfLife(t *testing.T) {
	for name, receiving := range map[string]bool{"while somebody receives": true, "while nobody does": false} {
		t.Run(name, func(t *testing.T) {
			test(t, func(t *testing.T, p *peer) {
				var r *call[transport.Message]
				if receiving {
					r = p.receive(t.Context())
				}
				m := text(strings.Repeat("m", 100))
				for i := range m {
					p.send(m[i : i+1])
					p.after(9 * time.Second)
				}
				p.after(time.Second)
				require.NoError(t, p.c.Err())
				if !receiving {
					r = p.receive(t.Context())
				}
				wantText("the message", r, strings.Repeat("m", 100))
			}, keepalivePeriods(20*time.Second, 10*time.Second))
		})
	}
}

// Nothing arrives because nothing is read.
func TestKeepaliveDoesNotGiveUpOnAProgramThatDoesNotReceive(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		poured := p.pour([]byte(strings.Repeat(string(text("0123456789")), 10000)))
		p.after(time.Hour)
		poured.wantBlocked("the peer is held back")
		require.NoError(t, p.c.Err())
		for range 10000 {
			p.wantMessage("nothing is lost", "0123456789")
		}
		p.after(time.Hour)
		p.wantSilent("but now the peer is silent")
	}, keepalivePeriods(20*time.Second, 10*time.Second), maxBuffered(1000))
}

// A slowConn takes a second for every 30,000 bytes that it writes.
type slowConn struct{ net.Conn }

func (c slowConn) Write(p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var k int
		k, err = c.Conn.Write(p[n:min(n+30000, len(p))])
		n += k
		time.Sleep(time.Second)
	}
	return n, err
}

// A ping cannot leave in the middle of a message.
func TestKeepaliveDuringALongOutgoingMessage(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		long := strings.Repeat("long", 1<<20)
		s := p.sendText(t.Context(), long)
		p.after(2 * time.Minute)
		s.wantBlocked("it takes longer than the timeout, but it moves")
		p.after(40 * time.Second)
		s.want("Send")
		p.wantFrame("the message", rfc6455.OpText, long)
		p.wantPing("then the ping")
		p.after(20 * time.Second)
		p.wantSilent("which is not answered")
	}, keepalivePeriods(20*time.Second, 10*time.Second), wrapped(func(nc net.Conn) net.Conn { return slowConn{nc} }))
}

// A peer that takes messages but does not answer the ping between them is as
// good as dead.
func TestKeepaliveGivesUpOnAPeerThatOnlyReads(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		long := strings.Repeat("long", 300_000/4)
		for i := 0; p.c.Err() == nil; i++ {
			require.Less(t, i, 20)
			p.sendText(t.Context(), long)
			p.after(11 * time.Second)
		}
		p.wantSilent("while the next message is being written")
	}, keepalivePeriods(20*time.Second, 10*time.Second), wrapped(func(nc net.Conn) net.Conn { return slowConn{nc} }))
}

func TestKeepaliveGivesUpOnAPeerThatDoesNotReadEither(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		s := p.sendText(t.Context(), big)
		p.after(30 * time.Second)
		s.wantErr("Send", errSilent)
		p.wantSilent("after interval and timeout")
	}, keepalivePeriods(20*time.Second, 10*time.Second))
}

func TestKeepaliveWithoutTimeout(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		for range 10 {
			p.after(20 * time.Second)
			p.wantPing("a ping every interval")
		}
		require.NoError(t, p.c.Err())
	}, keepalivePeriods(20*time.Second, 0))
}

func TestNoKeepalive(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.after(24 * time.Hour)
		p.wantIdle("no ping")
	}, keepalivePeriods(0, 10*time.Second))
}

func TestKeepaliveEndsWithTheConnection(t *testing.T) {
	for name, end := range map[string]func(p *peer){
		"Close":                  func(p *peer) { p.close(1000, "") },
		"the peer's Close frame": func(p *peer) { p.send(closing(1000, "")) },
		"a reset":                func(p *peer) { p.nc.Reset() },
	} {
		t.Run(name, func(t *testing.T) {
			test(t, func(t *testing.T, p *peer) {
				end(p)
				p.after(10 * time.Second)
				err := p.c.Err()
				require.Error(t, err)
				assert.Nil(t, p.c.alive.timer, "it is stopped")
				p.after(time.Hour)
				for f, ok := p.next(); ok; f, ok = p.next() {
					assert.NotEqual(t, rfc6455.OpPing, f.Opcode)
				}
				assert.Same(t, err, p.c.Err())
			}, keepalivePeriods(11*time.Second, 10*time.Second))
		})
	}
}
