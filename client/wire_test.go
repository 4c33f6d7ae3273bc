package client

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// A wire is a transport whose other end is the test.
type wire struct {
	config *transport.Config
	native *NativeOptions
	in     *transport.Inbox
	done   chan struct{}
	once   sync.Once

	mu     sync.Mutex
	sent   []string
	closes []CloseCode
	err    error
	stuck  chan struct{}        // not nil: Send waits until it is closed
	onSend func(m string) error // called by Send without a lock
	hang   bool                 // the peer answers no Close
	mute   bool                 // and no ping
}

func (w *wire) Send(ctx context.Context, m transport.Message) error {
	w.mu.Lock()
	stuck, onSend, err := w.stuck, w.onSend, w.err
	w.mu.Unlock()
	if stuck != nil {
		select {
		case <-stuck:
		case <-w.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if onSend != nil && err == nil {
		err = onSend(string(m.Data))
	}
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, string(m.Data))
	return nil
}

func (w *wire) Receive(ctx context.Context, _ []byte) (transport.Message, error) {
	return w.in.Pop(ctx)
}

func (w *wire) Ping(ctx context.Context) (time.Duration, error) {
	w.mu.Lock()
	mute, err := w.mute, w.err
	w.mu.Unlock()
	if err != nil {
		return 0, err
	}
	if !mute {
		return time.Millisecond, nil
	}
	<-ctx.Done()
	return 0, ctx.Err()
}

func (w *wire) Close(code uint16, _ string) error {
	w.mu.Lock()
	w.closes = append(w.closes, CloseCode(code))
	hang := w.hang && w.err == nil
	w.mu.Unlock()
	w.in.Discard(transport.ErrClosed)
	if hang {
		<-time.After(w.config.CloseTimeout)
	}
	w.end(transport.ErrClosed)
	if hang {
		return context.DeadlineExceeded
	}
	return nil
}

func (w *wire) Done() <-chan struct{} { return w.done }
func (w *wire) Err() error            { return w.err }
func (w *wire) Subprotocol() string   { return "" }

// end is how the connection is lost.
func (w *wire) end(err error) {
	w.once.Do(func() {
		w.mu.Lock()
		w.err = err
		w.mu.Unlock()
		w.in.End(err)
		close(w.done)
	})
}

func (w *wire) lose() { w.end(&transport.CloseError{Code: 1006, Remote: true}) }
func (w *wire) peerClose(c uint16, reason string) {
	w.end(&transport.CloseError{Code: c, Reason: reason, Remote: true})
}
func (w *wire) arrive(s string) { w.in.Push(transport.Message{Type: transport.Text, Data: []byte(s)}) }

func (w *wire) got() []string {
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.sent...)
}

func (w *wire) closed() []CloseCode {
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]CloseCode(nil), w.closes...)
}

// A network dials wires.
type network struct {
	mu     sync.Mutex
	wires  []*wire
	times  []time.Time
	down   error                                  // what dials give; nil: a wire
	answer func(ctx context.Context, n int) error // called by each dial; n counts from 1
	setup  func(n int, w *wire)
	slept  time.Duration // how much further than its timers the machine's clock is
}

// world is the network and a clock.
func (n *network) world() outside {
	return outside{n.dial, func() time.Duration {
		n.mu.Lock()
		defer n.mu.Unlock()
		return wallClock() + n.slept
	}}
}

// sleep is what the machine does for d: the wall clock goes on, and nothing
// else.
func (n *network) sleep(d time.Duration) {
	synctest.Wait()
	n.mu.Lock()
	defer n.mu.Unlock()
	n.slept += d
}

var errDown = &transport.HandshakeError{Err: errors.New("connection refused")}

func (n *network) dial(ctx context.Context, c *transport.Config, o *NativeOptions) (transport.Conn, error) {
	n.mu.Lock()
	n.times = append(n.times, time.Now())
	count, down, answer := len(n.times), n.down, n.answer
	n.mu.Unlock()
	if answer != nil {
		down = answer(ctx, count)
	}
	if down != nil {
		return nil, down
	}
	w := &wire{config: c, native: o, in: transport.NewInbox(), done: make(chan struct{})}
	if n.setup != nil {
		n.setup(count, w)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.wires = append(n.wires, w)
	return w, nil
}

func (n *network) set(err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.down = err
}

// wire is the one that the k-th successful dial gave, from 1.
func (n *network) wire(t *testing.T, k int) *wire {
	t.Helper()
	synctest.Wait()
	n.mu.Lock()
	defer n.mu.Unlock()
	require.GreaterOrEqual(t, len(n.wires), k, "connections")
	return n.wires[k-1]
}

// dials is how many dials there were.
func (n *network) dials() int {
	synctest.Wait()
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.times)
}

// changes records what OnState is told.
type changes struct {
	mu  sync.Mutex
	all []StateChange
}

func (c *changes) add(s StateChange) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, s)
}

func (c *changes) list() []StateChange {
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]StateChange(nil), c.all...)
}

// states are the new states only.
func (c *changes) states() (states []State) {
	for _, s := range c.list() {
		states = append(states, s.To)
	}
	return states
}

// connected connects to n. The connection is closed at the end of the test.
func connected(t *testing.T, n *network, o *Options) *Conn {
	t.Helper()
	c, err := connect(t.Context(), "ws://host.test/?token=secret", o, n.world())
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// again asks for Reconnect and no more.
func again() *Options { return &Options{Reconnect: &Reconnect{}} }

// tooLate is longer than any first delay.
const tooLate = 6 * time.Second
