package client

import (
	"context"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// arrivals sends n messages, and returns when each was sent.
func arrivals(t *testing.T, c *Conn, n int) (at []time.Duration) {
	t.Helper()
	began := time.Now()
	for range n {
		require.NoError(t, c.Send(t.Context(), Text("x")))
		at = append(at, time.Since(began))
	}
	return at
}

func TestSendLimit(t *testing.T) {
	const ms = time.Millisecond
	for name, row := range map[string]struct {
		limit SendLimit
		want  []time.Duration // when each of six messages is sent
	}{
		"none":             {SendLimit{}, []time.Duration{0, 0, 0, 0, 0, 0}},
		"negative is none": {SendLimit{PerSecond: -1}, []time.Duration{0, 0, 0, 0, 0, 0}},
		"no number":        {SendLimit{PerSecond: math.NaN()}, []time.Duration{0, 0, 0, 0, 0, 0}},
		"infinite":         {SendLimit{PerSecond: math.Inf(1)}, []time.Duration{0, 1, 2, 3, 4, 5}},
		"one at a time":    {SendLimit{PerSecond: 10}, []time.Duration{0, 100 * ms, 200 * ms, 300 * ms, 400 * ms, 500 * ms}},
		"a burst":          {SendLimit{PerSecond: 10, Burst: 4}, []time.Duration{0, 0, 0, 0, 100 * ms, 200 * ms}},
		"less than one":    {SendLimit{PerSecond: 0.5, Burst: -1}, []time.Duration{0, 2000 * ms, 4000 * ms, 6000 * ms, 8000 * ms, 10000 * ms}},
		"a burst of all":   {SendLimit{PerSecond: 1e-3, Burst: math.MaxInt}, []time.Duration{0, 0, 0, 0, 0, 0}},
	} {
		for way, o := range map[string]*Options{"plain": {}, "with Reconnect": again()} {
			t.Run(name+", "+way, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					o.SendLimit = row.limit
					assert.Equal(t, row.want, arrivals(t, connected(t, &network{}, o), len(row.want)))
				})
			})
		}
	}
}

func TestTokensAreSavedUpToABurst(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connected(t, &network{}, &Options{SendLimit: SendLimit{PerSecond: 1, Burst: 2}})
		arrivals(t, c, 2)
		time.Sleep(time.Second)
		assert.Equal(t, []time.Duration{0, time.Second}, arrivals(t, c, 2), "one has been saved")
		time.Sleep(time.Hour)
		assert.Equal(t, []time.Duration{0, 0, time.Second}, arrivals(t, c, 3), "two, not more")
	})
}

func TestASendThatGivesUpItsTurn(t *testing.T) {
	for way, o := range map[string]*Options{"plain": {}, "with Reconnect": again()} {
		t.Run(way, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				n := &network{}
				o.SendLimit = SendLimit{PerSecond: 1}
				c := connected(t, n, o)
				sendAll(t, c, "a")
				ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
				defer cancel()
				assert.Equal(t, context.DeadlineExceeded, c.Send(ctx, Text("b")))
				began := time.Now()
				sendAll(t, c, "c")
				assert.Equal(t, 900*time.Millisecond, time.Since(began), "the turn that the other gave up")
				assert.Equal(t, []string{"a", "c"}, n.wire(t, 1).got())
			})
		})
	}
}

// Those who wait keep their order, and one that leaves is not waited for.
func TestTurnsThatAreGivenUpDelayNobody(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		c := connected(t, n, &Options{SendLimit: SendLimit{PerSecond: 1}})
		sendAll(t, c, "a")
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		for range 100 {
			go func() { _ = c.Send(ctx, Text("never")) }()
		}
		synctest.Wait()
		later := make(chan time.Duration)
		for _, text := range []string{"b", "c"} {
			go func() { _ = c.Send(t.Context(), Text(text)); later <- time.Since(began) }()
			synctest.Wait()
		}
		assert.Equal(t, time.Second, <-later)
		assert.Equal(t, 2*time.Second, <-later)
		sendAll(t, c, "d")
		assert.Equal(t, 3*time.Second, time.Since(began))
		assert.Equal(t, []string{"a", "b", "c", "d"}, n.wire(t, 1).got())
	})
}

func TestCloseEndsTheWaitForATurn(t *testing.T) {
	for way, o := range map[string]*Options{"plain": {}, "with Reconnect": again()} {
		t.Run(way, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				o.SendLimit = SendLimit{PerSecond: 1e-6}
				c := connected(t, &network{}, o)
				sendAll(t, c, "a")
				waiting := make(chan error)
				go func() { waiting <- c.Send(t.Context(), Text("b")) }()
				synctest.Wait()
				began := time.Now()
				require.NoError(t, c.Close())
				assert.Equal(t, ErrClosed, <-waiting)
				assert.LessOrEqual(t, time.Since(began), defaultCloseTimeout)
			})
		})
	}
}

func TestAQueueIsNotPouredOnTheServer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n, told := &network{}, &drops{}
		var at []time.Time
		n.setup = func(k int, w *wire) {
			w.onSend = func(string) error { at = append(at, time.Now()); return nil }
		}
		o := again()
		o.SendQueue.OnDrop, o.SendLimit = told.add, SendLimit{PerSecond: 1, Burst: 2}
		c := connected(t, n, o)
		n.set(errDown)
		n.wire(t, 1).lose()
		synctest.Wait()
		sendAll(t, c, "a", "b", "c", "d", "e")
		require.NoError(t, c.SendWith(t.Context(), Text("brief"), SendOptions{TTL: time.Minute}))
		n.set(nil)
		for c.State() != Connected {
			time.Sleep(time.Millisecond)
		}
		sendAll(t, c, "f")
		time.Sleep(time.Minute)
		assert.Equal(t, []string{"a", "b", "c", "d", "e", "brief", "f"}, n.wire(t, 2).got(), "in order")
		for k, want := range []time.Duration{0, 0, 1, 2, 3, 4, 5} {
			assert.Equal(t, want*time.Second, at[k].Sub(at[0]))
		}
		assert.Empty(t, *told)
	})
}

func TestWhatIsLostWhileItWaitsForItsTurnWasNotSent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n, told := &network{}, &drops{}
		o := again()
		o.SendQueue.OnDrop, o.SendLimit = told.add, SendLimit{PerSecond: 0.01}
		c := connected(t, n, o)
		n.set(errDown)
		n.wire(t, 1).lose()
		synctest.Wait()
		sendAll(t, c, "a", "b", "c")
		require.NoError(t, c.SendWith(t.Context(), Text("d"), SendOptions{TTL: 250 * time.Second}))
		n.set(nil)
		time.Sleep(time.Minute)
		n.wire(t, 2).lose()
		time.Sleep(10 * time.Minute)
		assert.Equal(t, []string{"a"}, n.wire(t, 2).got())
		assert.Equal(t, []string{"b", "c"}, n.wire(t, 3).got())
		assert.Equal(t, drops{{Text("d"), ErrExpired}}, *told, "not in doubt")
	})
}

func TestASendThatIsCancelledBeforeCostsNoTurn(t *testing.T) {
	for name, o := range map[string]*Options{"of a connection": {}, "of one that would be replaced": again()} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				o.SendLimit = SendLimit{PerSecond: 1}
				c := connected(t, &network{}, o)
				cancelled, cancel := context.WithCancel(t.Context())
				cancel()
				for range 3 {
					assert.Equal(t, context.Canceled, c.Send(cancelled, Text("never")))
				}
				began := time.Now()
				sendAll(t, c, "now")
				assert.Zero(t, time.Since(began))
			})
		})
	}
}
