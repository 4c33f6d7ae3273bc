package client

import (
	"context"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// A still transport costs nothing: what a call through a Conn costs is the
// Conn's. Without a buffer to receive into, as a pump does, it waits for the
// end, unless it talks.
type still struct {
	fake
	talks bool
}

func (*still) Send(context.Context, transport.Message) error { return nil }

func (s *still) Receive(_ context.Context, buf []byte) (transport.Message, error) {
	select {
	case <-s.done:
		return transport.Message{}, s.err
	default:
	}
	if buf == nil && !s.talks {
		<-s.done
		return transport.Message{}, s.err
	}
	if buf == nil {
		buf = make([]byte, 16)
	}
	return transport.Message{Type: transport.Binary, Data: buf[:16]}, nil
}

// stillConn is a Conn by one that talks or not.
func stillConn(tb testing.TB, opts *Options, talks bool) *Conn {
	tb.Helper()
	c, err := connect(tb.Context(), "ws://host.test/", opts, outside{func(context.Context, *transport.Config, *NativeOptions) (transport.Conn, error) {
		return &still{fake{done: make(chan struct{})}, talks}, nil
	}, wallClock})
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = c.Close() })
	return c
}

// Nothing that lets a Conn survive is paid for by one that is not to.
func TestAConnWithoutReconnectCostsNoMore(t *testing.T) {
	for name, opts := range map[string]*Options{"no options": nil, "none that need a supervisor": {MaxMessageSize: -1}} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			before := runtime.NumGoroutine()
			c := stillConn(t, opts, true)
			assert.LessOrEqual(t, runtime.NumGoroutine(), before, "no supervisor")
			assert.Nil(t, c.session)
			m, buf := Binary(make([]byte, 16)), make([]byte, 16)
			assert.Zero(t, testing.AllocsPerRun(100, func() { _ = c.Send(ctx, m) }), "Send")
			assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = c.ReceiveInto(ctx, buf) }), "ReceiveInto")
			assert.EqualValues(t, 101, c.Stats().MessagesSent, "they were real calls")
		})
	}
}

// A Send that finds a connection costs no allocation with Reconnect either.
func TestASendByAConnWithReconnectAllocatesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c, m := stillConn(t, again(), false), Binary(make([]byte, 16))
	assert.Zero(t, testing.AllocsPerRun(100, func() { _ = c.Send(ctx, m) }))
	assert.EqualValues(t, 101, c.Stats().MessagesSent, "they were real calls")
}

// BenchmarkSend and BenchmarkReceive show what a Conn adds to its transport,
// without Reconnect and with it.
func BenchmarkSend(b *testing.B) {
	ctx, m := b.Context(), Binary(make([]byte, 16))
	b.Run("the transport alone", func(b *testing.B) {
		var t transport.Conn = &still{}
		for b.Loop() {
			_ = t.Send(ctx, transport.Message{Type: transport.Binary, Data: m.Data})
		}
	})
	for _, c := range []struct {
		name string
		opts *Options
	}{{"without Reconnect", nil}, {"with Reconnect", again()}} {
		b.Run(c.name, func(b *testing.B) {
			conn := stillConn(b, c.opts, false)
			b.ReportAllocs()
			for b.Loop() {
				_ = conn.Send(ctx, m)
			}
		})
	}
}

func BenchmarkReceive(b *testing.B) {
	ctx, buf := b.Context(), make([]byte, 16)
	b.Run("the transport alone", func(b *testing.B) {
		var t transport.Conn = &still{}
		for b.Loop() {
			_, _ = t.Receive(ctx, buf)
		}
	})
	for _, c := range []struct {
		name string
		opts *Options
	}{{"without Reconnect", nil}, {"with Reconnect", again()}} {
		b.Run(c.name, func(b *testing.B) {
			conn := stillConn(b, c.opts, true)
			b.ReportAllocs()
			for b.Loop() {
				_, _ = conn.ReceiveInto(ctx, buf)
			}
		})
	}
}
