//go:build !js

package client

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// A server that loses 10,000 clients at once, and is down for a while, gets
// them back a few at a time.
func TestAHerdComesBackAFewAtATime(t *testing.T) {
	for _, down := range []time.Duration{3 * time.Second, time.Minute} {
		t.Run(fmt.Sprint("after ", down), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				const clients = 10_000
				h := &herd{}
				var conns []*Conn
				for range clients {
					c, err := connect(t.Context(), "ws://host.test/", again(), outside{h.dial, wallClock})
					require.NoError(t, err)
					conns = append(conns, c)
				}
				h.lose(down)
				time.Sleep(down)
				back, peak := h.arrivals()
				for range 25 { // the longest delay is 20 s
					if back < clients {
						time.Sleep(time.Second)
						back, peak = h.arrivals()
					}
				}
				t.Logf("%d of %d clients have come back, at most %d within 100 ms", back, clients, peak)
				assert.Equal(t, clients, back)
				assert.LessOrEqual(t, peak, 700)
				for _, c := range conns {
					require.NoError(t, c.Close())
				}
			})
		})
	}
}

// A herd is the clients of one server.
type herd struct {
	mu    sync.Mutex
	up    time.Time // until then nobody is let in
	wires []*wire
	back  []time.Time // when each was let in again
}

func (h *herd) dial(_ context.Context, c *transport.Config, o *NativeOptions) (transport.Conn, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if time.Now().Before(h.up) {
		return nil, errDown
	}
	if !h.up.IsZero() {
		h.back = append(h.back, time.Now())
	}
	w := &wire{config: c, native: o, in: transport.NewInbox(), done: make(chan struct{})}
	h.wires = append(h.wires, w)
	return w, nil
}

// lose takes the server down.
func (h *herd) lose(down time.Duration) {
	h.mu.Lock()
	wires := h.wires
	h.up = time.Now().Add(down)
	h.mu.Unlock()
	for _, w := range wires {
		w.lose()
	}
	synctest.Wait()
}

// arrivals returns how many clients are back, and the most that came within any
// 100 ms.
func (h *herd) arrivals() (back, peak int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	first := 0
	for k, at := range h.back {
		for at.Sub(h.back[first]) >= 100*time.Millisecond {
			first++
		}
		peak = max(peak, k-first+1)
	}
	return len(h.back), peak
}
