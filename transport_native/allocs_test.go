package native

import (
	"bytes"
	"context"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// A loop is a connection that delivers the same bytes over and over and takes
// whatever is written. It allocates nothing.
type loop struct {
	net.Conn
	mu      sync.Mutex
	data    []byte
	at      int
	writes  int
	written int
	closed  bool
}

func (l *loop) Read(p []byte) (n int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return 0, io.EOF
	}
	for n < len(p) {
		k := copy(p[n:], l.data[l.at:])
		n += k
		l.at = (l.at + k) % len(l.data)
	}
	return n, nil
}

func (l *loop) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writes++
	l.written += len(p)
	return len(p), nil
}

func (l *loop) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	return nil
}

func (l *loop) SetDeadline(time.Time) error      { return nil }
func (l *loop) SetReadDeadline(time.Time) error  { return nil }
func (l *loop) SetWriteDeadline(time.Time) error { return nil }

// overLoop returns a connection on which the message data comes without end.
func overLoop(tb testing.TB, data string) (*Conn, *loop) {
	// Many copies, so that a Read of any length is one copy of memory.
	l := &loop{data: bytes.Repeat(text(data), 1+128<<10/len(text(data)))}
	cfg := &transport.Config{MaxMessageSize: 1 << 21, MaxBuffered: 1, CloseTimeout: 1}
	c := newConn(l, cfg, "", nil)
	c.start(&Options{})
	tb.Cleanup(func() { c.Close(1000, "") })
	return c, l
}

// cancellable returns a context that can end, for use call after call.
func cancellable(tb testing.TB) context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	tb.Cleanup(cancel)
	return ctx
}

// poolsForget reports whether a sync.Pool loses what it is given, as it does
// under the race detector: counting allocations is of no use there.
func poolsForget() bool {
	var p sync.Pool
	for range 100 {
		p.Put(new(int))
		if p.Get() == nil {
			return true
		}
	}
	return false
}

func TestAllocations(t *testing.T) {
	if poolsForget() {
		t.Skip("the race detector makes pools forget")
	}
	for name, ctx := range map[string]context.Context{
		"a context without end":           context.Background(),
		"the same cancellable context":    cancellable(t),
		"a context derived from the same": context.WithValue(cancellable(t), t, t),
	} {
		for _, size := range []int{0, 16, 1000, 100_000, 1 << 20} {
			data := string(bytes.Repeat([]byte("x"), size))
			c, _ := overLoop(t, data)
			m := transport.Message{Type: transport.Text, Data: []byte(data)}
			assert.Zero(t, testing.AllocsPerRun(100, func() {
				if err := c.Send(ctx, m); err != nil {
					t.Error(err)
				}
			}), "Send of %d bytes with %s", size, name)
			buf := make([]byte, size)
			assert.Zero(t, testing.AllocsPerRun(100, func() { receiveOne(t, c, ctx, buf, size) }),
				"Receive of %d bytes into a buffer with %s", size, name)
			if size > 0 {
				assert.Equal(t, 1.0, testing.AllocsPerRun(100, func() { receiveOne(t, c, ctx, nil, size) }),
					"Receive of %d bytes with %s", size, name)
			}
		}
	}
}

func receiveOne(tb testing.TB, c *Conn, ctx context.Context, buf []byte, size int) {
	if m, err := c.Receive(ctx, buf); err != nil || len(m.Data) != size {
		tb.Error(len(m.Data), err)
	}
}

// Senders that queue up must not cost allocations either.
func TestAllocationsOfConcurrentSends(t *testing.T) {
	if poolsForget() {
		t.Skip("the race detector makes pools forget")
	}
	c, _ := overLoop(t, "x")
	m := transport.Message{Type: transport.Text, Data: []byte("hello")}
	result := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		b.SetParallelism(4)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				require.NoError(b, c.Send(context.Background(), m))
			}
		})
	})
	assert.Zero(t, result.AllocsPerOp())
}

func BenchmarkSend32(b *testing.B) {
	c, l := overLoop(b, "x")
	m := transport.Message{Type: transport.Binary, Data: make([]byte, 32)}
	ctx := cancellable(b)
	for b.Loop() {
		if err := c.Send(ctx, m); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(l.writes)/float64(b.N), "writes/op")
}

func BenchmarkReceiveInto32(b *testing.B) {
	c, _ := overLoop(b, string(make([]byte, 32)))
	buf := make([]byte, 64)
	ctx := cancellable(b)
	for b.Loop() {
		if _, err := c.Receive(ctx, buf); err != nil {
			b.Fatal(err)
		}
	}
}
