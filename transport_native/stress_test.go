package native

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// stressTime is how long each stress test may take, of the real clock.
const stressTime = time.Second

// overSockets runs f with an echo server on the loopback interface, over TCP
// and over TLS.
func overSockets(t *testing.T, f func(t *testing.T, dial func() *Conn)) {
	certified := httptest.NewTLSServer(nil)
	certified.Close()
	roots := x509.NewCertPool()
	roots.AddCert(certified.Certificate())
	for name, config := range map[string]*tls.Config{"TCP": nil, "TLS": certified.TLS} {
		t.Run(name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			var client *tls.Config
			if config != nil {
				l, client = tls.NewListener(l, config), &tls.Config{RootCAs: roots}
			}
			var wg sync.WaitGroup
			defer wg.Wait()
			defer l.Close()
			wg.Go(func() { serveEcho(l, &wg) })
			f(t, func() *Conn { return dialEcho(t, l.Addr(), client) })
		})
	}
}

// serveEcho serves connections with a server that sends every frame back, and
// answers a Close frame. It pings now and then.
func serveEcho(l net.Listener, wg *sync.WaitGroup) {
	for {
		nc, err := l.Accept()
		if err != nil {
			return
		}
		wg.Go(func() { echo(nc) })
	}
}

func echo(nc net.Conn) {
	defer nc.Close()
	if err := answerHandshake(nc); err != nil {
		return
	}
	rd := reader{nc: nc, rx: rfc6455.Receiver{Role: rfc6455.Server}}
	for n := 0; ; n++ {
		m, err := rd.next(nil)
		out := frame(rfc6455.Opcode(m.Type), true, string(m.Data))
		if errors.Is(err, errControl) {
			out = frame(rd.op, true, string(rd.control))
			if rd.op == rfc6455.OpPing {
				out[0] += byte(rfc6455.OpPong - rfc6455.OpPing)
			} else if rd.op == rfc6455.OpPong {
				continue
			}
		} else if err != nil {
			return
		}
		if n%10 == 0 && rd.op != rfc6455.OpClose {
			out = join(ping("stress"), out)
		}
		if _, err := nc.Write(out); err != nil || rd.op == rfc6455.OpClose {
			return
		}
	}
}

// dialEcho returns a connection over TCP, and over TLS if config is not nil.
func dialEcho(t *testing.T, addr net.Addr, config *tls.Config) *Conn {
	scheme := "ws"
	if config != nil {
		scheme = "wss"
	}
	cfg := &transport.Config{URL: scheme + "://" + addr.String(), MaxMessageSize: 1 << 24, MaxBuffered: 1 << 20, CloseTimeout: 5 * time.Second}
	c, err := Dial(t.Context(), cfg, &Options{
		TLSConfig: config, Proxy: func(*url.URL) (*url.URL, error) { return nil, nil },
		PingInterval: 20 * time.Millisecond, PingTimeout: 20 * time.Second, NoCompression: true,
	})
	require.NoError(t, err)
	return c.(*Conn)
}

// pattern is what messages are made of, from a place that their number gives.
var pattern = func() []byte {
	p := make([]byte, 500_000)
	for i := range p {
		p[i] = byte(i * i >> 7)
	}
	return p
}()

// numbered is a message with a number and a pattern.
func numbered(i, size int) transport.Message {
	data := binary.BigEndian.AppendUint64(make([]byte, 0, 8+size), uint64(i))
	return transport.Message{Type: transport.Binary, Data: append(data, pattern[i%1000:][:size]...)}
}

// number checks the pattern.
func number(m transport.Message) (int, error) {
	if len(m.Data) < 8 {
		return 0, errors.New("a message has been cut")
	}
	i, size := int(binary.BigEndian.Uint64(m.Data)), len(m.Data)-8
	if !bytes.Equal(m.Data[8:], pattern[i%1000:][:size]) {
		return 0, fmt.Errorf("message %d of %d bytes is damaged", i, size)
	}
	return i, nil
}

// randomSize is mostly small.
func randomSize() int {
	return rand.IntN([]int{1, 10, 10, 200, 200, 200, 200, 200, 5000, 5000, 5000, 70_000, 70_000, 400_000}[rand.IntN(14)])
}

// randomContext is one that ends soon.
func randomContext() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), time.Duration(rand.IntN(2000))*time.Microsecond)
}

// Whatever is cancelled, each message arrives once and whole.
func TestStressOfCancelledReceives(t *testing.T) {
	overSockets(t, func(t *testing.T, dial func() *Conn) {
		c := dial()
		var sent, received, sum, cancelled atomic.Int64
		var senders, receivers sync.WaitGroup
		end := time.Now().Add(stressTime)
		for range 3 {
			senders.Go(func() {
				for time.Now().Before(end) {
					i := int(sent.Add(1))
					if !assert.NoError(t, c.Send(context.Background(), numbered(i, randomSize()))) {
						return
					}
					sum.Add(int64(i))
				}
			})
		}
		done := make(chan struct{})
		for range 3 {
			receivers.Go(func() {
				buf := make([]byte, rand.IntN(100_000))
				for {
					ctx, cancel := randomContext()
					m, err := c.Receive(ctx, buf)
					cancel()
					select {
					case <-done:
						return
					default:
					}
					if err != nil {
						cancelled.Add(1)
						if !assert.Equal(t, context.DeadlineExceeded, err) {
							return
						}
						continue
					}
					i, err := number(m)
					assert.NoError(t, err)
					scribble(buf)
					received.Add(1)
					sum.Add(-int64(i))
				}
			})
		}
		senders.Wait()
		assert.Eventually(t, func() bool { return received.Load() == sent.Load() }, 20*time.Second, time.Millisecond,
			"each message comes back")
		close(done)
		require.NoError(t, c.Close(1000, ""))
		receivers.Wait()
		assert.Zero(t, sum.Load(), "each of them once")
		t.Logf("%d messages, %d cancelled Receives", sent.Load(), cancelled.Load())
	})
}

// Everything at once, on many connections, each closed at any moment: no call
// stays, no message is damaged, every error is one of those that are promised.
func TestStressOfEverything(t *testing.T) {
	overSockets(t, func(t *testing.T, dial func() *Conn) {
		var connections, broken atomic.Int64
		var wg sync.WaitGroup
		end := time.Now().Add(stressTime)
		for range 2 {
			wg.Go(func() {
				for time.Now().Before(end) {
					c := dial()
					stress(t, c)
					connections.Add(1)
					if c.Err() != transport.ErrClosed {
						broken.Add(1)
					}
				}
			})
		}
		wg.Wait()
		t.Logf("%d connections, %d of them ended before Close", connections.Load(), broken.Load())
	})
}

func stress(t *testing.T, c *Conn) {
	var wg sync.WaitGroup
	loop := func(f func(ctx context.Context) error) {
		wg.Go(func() {
			for {
				ctx, cancel := randomContext()
				err := f(ctx)
				cancel()
				if err != nil && err != context.DeadlineExceeded {
					var closed *transport.CloseError
					assert.True(t, errors.Is(err, transport.ErrClosed) || errors.As(err, &closed), "%v", err)
					return
				}
			}
		})
	}
	for range 2 {
		loop(func(ctx context.Context) error { return c.Send(ctx, numbered(rand.IntN(1000), randomSize())) })
		loop(func(ctx context.Context) error { return second(c.Ping(ctx)) })
		buf := make([]byte, 1000)
		loop(func(ctx context.Context) error {
			m, err := c.Receive(ctx, buf)
			if err == nil {
				_, err := number(m)
				assert.NoError(t, err)
			}
			return err
		})
	}
	<-time.After(time.Duration(rand.IntN(20_000)) * time.Microsecond)
	for range 2 {
		wg.Go(func() { c.Close(1000, "") })
	}
	wg.Wait() // a call that stays, stays until the test times out
}
