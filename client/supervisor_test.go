package client

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/transport"
)

func bubble(t *testing.T, f func(t *testing.T)) { t.Helper(); synctest.Test(t, f) }

func TestALostConnectionIsReplaced(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n, told := &network{}, &changes{}
		o := again()
		o.OnState = told.add
		c := connected(t, n, o)
		require.NoError(t, c.Send(t.Context(), Text("one")))
		first := n.wire(t, 1)
		first.arrive("before")
		first.lose()
		synctest.Wait()
		assert.Equal(t, Reconnecting, c.State())
		time.Sleep(tooLate)
		assert.Equal(t, Connected, c.State())
		require.NoError(t, c.Send(t.Context(), Text("two")))
		n.wire(t, 2).arrive("after")
		assert.Equal(t, "before", receiveText(t, c), "what came before the loss comes first")
		assert.Equal(t, "after", receiveText(t, c))
		assert.Equal(t, []string{"one"}, first.got())
		assert.Equal(t, []string{"two"}, n.wire(t, 2).got())
		assert.EqualValues(t, 1, c.Stats().Reconnects)
		assert.EqualValues(t, 2, c.Stats().MessagesSent)
		require.NoError(t, c.CloseWith(4000, "bye"))
		assert.Equal(t, []State{Connected, Reconnecting, Connected, Closing, Closed}, told.states())
		for i, s := range told.list()[1:] {
			assert.Equal(t, told.list()[i].To, s.From, "no change is left out")
		}
		assert.Equal(t, []CloseCode{4000}, n.wire(t, 2).closed())
	})
}

func receiveText(t *testing.T, c *Conn) string {
	t.Helper()
	m, err := c.Receive(t.Context())
	require.NoError(t, err)
	return string(m.Data)
}

func TestStateChanges(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n, told := &network{}, &changes{}
		o := again()
		o.OnState = told.add
		o.Reconnect.MaxAttempts = 2
		c := connected(t, n, o)
		n.set(errDown)
		n.wire(t, 1).lose()
		time.Sleep(time.Minute)
		_, err := c.Receive(t.Context())
		var failed *ConnectError
		require.ErrorAs(t, err, &failed)
		assert.Same(t, err, second(c.Receive(t.Context())), "the same for ever")
		assert.Same(t, err, c.Send(t.Context(), Text("x")))
		assert.Same(t, err, second(c.Ping(t.Context())))
		all := told.list()
		require.Len(t, all, 3, "a dial that fails changes no state")
		for i, want := range []StateChange{
			{From: Connecting, To: Connected, Attempt: 1},
			{From: Connected, To: Reconnecting, Attempt: 1},
			{From: Reconnecting, To: Closed},
		} {
			got := all[i]
			if want.To == Reconnecting {
				assert.Positive(t, got.RetryIn)
			}
			assert.Equal(t, want.To == Connected, got.Err == nil)
			got.RetryIn, got.Err = 0, nil
			assert.Equal(t, want, got)
		}
		assert.Same(t, err, all[2].Err)
		require.NoError(t, c.Close())
		assert.Equal(t, ErrClosed, second(c.Receive(t.Context())))
	})
}

func TestOnStateHoldsUpNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n, release := &network{}, make(chan struct{})
		o := again()
		o.OnState = func(StateChange) { <-release }
		c := connected(t, n, o)
		n.wire(t, 1).lose()
		time.Sleep(tooLate)
		n.wire(t, 2).arrive("on")
		assert.Equal(t, "on", receiveText(t, c))
		require.NoError(t, c.Close())
		close(release)
	})
}

func TestWithoutReconnectALossIsTheEnd(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n, told := &network{}, &changes{}
		c := connected(t, n, &Options{OnState: told.add})
		n.wire(t, 1).arrive("last")
		n.wire(t, 1).lose()
		assert.Equal(t, "last", receiveText(t, c))
		assert.Equal(t, &CloseError{Code: 1006, Remote: true}, second(c.Receive(t.Context())))
		assert.Equal(t, []State{Connected, Closed}, told.states())
		assert.Equal(t, 1, n.dials())
		c.session.lifecycle.page("pagehide")
	})
}

// "Close in any state ends everything, and nothing comes back to life": the
// bubble fails the test if a goroutine is left.
func TestCloseInEveryState(t *testing.T) {
	for name, prepare := range map[string]func(*testing.T, *network){
		"connected":                func(t *testing.T, n *network) {},
		"the peer does not answer": func(t *testing.T, n *network) { n.wire(t, 1).hang = true },
		"waiting to dial": func(t *testing.T, n *network) {
			n.wire(t, 1).lose()
		},
		"dialling": func(t *testing.T, n *network) {
			n.answer = func(ctx context.Context, _ int) error { <-ctx.Done(); return ctx.Err() }
			n.wire(t, 1).lose()
			time.Sleep(tooLate)
		},
		"dialling what opens late": func(t *testing.T, n *network) {
			n.answer = func(context.Context, int) error { time.Sleep(time.Hour); return nil }
			n.wire(t, 1).lose()
			time.Sleep(tooLate)
		},
		"over":                 func(t *testing.T, n *network) { n.wire(t, 1).peerClose(4500, "") },
		"the page is hidden":   func(t *testing.T, n *network) {},
		"a probe is under way": func(t *testing.T, n *network) { n.wire(t, 1).mute = true },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				n, told := &network{}, &changes{}
				o := again()
				o.OnState = told.add
				c := connected(t, n, o)
				prepare(t, n)
				if name == "the page is hidden" {
					c.session.lifecycle.page("pagehide")
				}
				if name == "a probe is under way" {
					c.NetworkChanged()
				}
				synctest.Wait()
				began, dials := time.Now(), n.dials()
				err := c.Close()
				assert.LessOrEqual(t, time.Since(began), 5*time.Second, "CloseTimeout")
				assert.Equal(t, name == "the peer does not answer", errors.Is(err, context.DeadlineExceeded), err)
				assert.Equal(t, Closed, c.State())
				assert.Equal(t, ErrClosed, second(c.Receive(t.Context())))
				assert.Equal(t, ErrClosed, c.Send(t.Context(), Text("x")))
				require.NoError(t, c.Close())
				c.session.lifecycle.page("pageshow")
				c.NetworkChanged()
				time.Sleep(2 * time.Hour)
				assert.Equal(t, dials, n.dials(), "nothing comes back to life")
				all := told.states()
				assert.Equal(t, Closed, all[len(all)-1])
				for _, w := range n.wires {
					assert.Error(t, w.Err(), "every connection is over")
				}
			})
		})
	}
}

func TestAServerThatAcceptsAndClosesAtOnceIsLeftInPeace(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{setup: func(_ int, w *wire) { w.peerClose(1011, "") }}
		connected(t, n, again())
		time.Sleep(10 * time.Minute)
		// The mean delay is 10 s in the end.
		assert.Less(t, n.dials(), 120)
		assert.Greater(t, n.dials(), 30)
	})
}

func TestTheCountStartsAnewAfterAStablePeriod(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		o := again()
		o.Reconnect.MaxAttempts = 1
		c := connected(t, n, o)
		for k := 1; k <= 5; k++ {
			time.Sleep(defaultStablePeriod)
			n.wire(t, k).lose()
			time.Sleep(tooLate)
			assert.Equal(t, Connected, c.State())
		}
	})
}

func TestADialThatOpensLateIsClosed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		c := connected(t, n, again())
		n.mu.Lock()
		n.answer = func(_ context.Context, k int) error { // whatever the context says
			if k == 2 {
				time.Sleep(20 * time.Second)
			}
			return nil
		}
		n.mu.Unlock()
		n.wire(t, 1).lose()
		time.Sleep(tooLate + 2*time.Second)
		require.Equal(t, 2, n.dials())
		c.NetworkChanged() // the dial was made on the old network
		synctest.Wait()
		assert.Equal(t, 3, n.dials())
		assert.Equal(t, Connected, c.State())
		current := n.wire(t, 2)
		time.Sleep(20 * time.Second)
		assert.Equal(t, []CloseCode{CloseGoingAway}, n.wire(t, 3).closed(), "the late one")
		assert.Empty(t, current.closed())
		require.NoError(t, c.Send(t.Context(), Text("x")))
		assert.Equal(t, []string{"x"}, current.got())
		assert.EqualValues(t, 1, c.Stats().Reconnects)
	})
}

func TestADialIsBounded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n, o := &network{}, again()
		var why []error
		o.Trace = &Trace{Retry: func(err error, _ time.Duration) { why = append(why, err) }}
		connected(t, n, o)
		n.mu.Lock()
		n.answer = func(ctx context.Context, _ int) error { <-ctx.Done(); return ctx.Err() }
		n.mu.Unlock()
		n.wire(t, 1).lose()
		time.Sleep(tooLate + defaultDialTimeout)
		synctest.Wait()
		require.Len(t, why, 2)
		assert.ErrorIs(t, why[1], context.DeadlineExceeded)
	})
}

// In a bubble timers and the wall clock are one; a machine that sleeps stops
// the former alone.
func TestAClockThatJumpsAnHour(t *testing.T) {
	t.Run("a connection is probed", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			n := &network{}
			c := connected(t, n, again())
			w := n.wire(t, 1)
			w.mute = true
			n.sleep(time.Hour)
			time.Sleep(clockTick + probeTimeout)
			assert.NotEmpty(t, w.closed(), "it had died meanwhile")
			time.Sleep(tooLate)
			assert.Equal(t, Connected, c.State())
			assert.Equal(t, 2, n.dials())
		})
	})
	t.Run("a connection that is alive goes on", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			n := &network{}
			connected(t, n, again())
			n.sleep(time.Hour)
			time.Sleep(time.Minute)
			assert.Equal(t, 1, n.dials())
		})
	})
	t.Run("a dial that is waited for is made soon", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			n := &network{}
			o := again()
			o.Reconnect.FirstDelay = 1000 * time.Hour
			o.Reconnect.MaxDelay = -1
			connected(t, n, o)
			n.wire(t, 1).lose()
			synctest.Wait()
			n.sleep(time.Hour)
			time.Sleep(clockTick + wakeJitter)
			assert.Equal(t, 2, n.dials())
		})
	})
}

func TestWritingFailsBeforeReading(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		c := connected(t, n, again())
		w := n.wire(t, 1)
		broken := &transport.CloseError{Code: 1006, Remote: true, Err: errRule}
		w.onSend = func(string) error { return broken }
		err := c.Send(t.Context(), Text("x"))
		var doubt *InDoubtError
		require.ErrorAs(t, err, &doubt)
		require.ErrorIs(t, err, errRule)
		require.NoError(t, c.Send(t.Context(), Text("later")), "the next one waits for the next connection")
		w.arrive("last words")
		time.Sleep(tooLate + lastWords)
		assert.Equal(t, "last words", receiveText(t, c))
		assert.Equal(t, []string{"later"}, n.wire(t, 2).got())
		assert.Empty(t, w.got())
	})
}

func TestAPageThatIsHidden(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		c := connected(t, n, again())
		c.session.lifecycle.page("pagehide")
		assert.Equal(t, []CloseCode{CloseGoingAway}, n.wire(t, 1).closed())
		assert.Equal(t, Reconnecting, c.State())
		time.Sleep(time.Hour)
		assert.Equal(t, 1, n.dials(), "nothing is dialled behind the page's back")
		require.NoError(t, c.Send(t.Context(), Text("x")))
		c.session.lifecycle.page("pageshow")
		time.Sleep(wakeJitter)
		assert.Equal(t, []string{"x"}, n.wire(t, 2).got())
	})
}

func TestOnlineAndOffline(t *testing.T) {
	for event, want := range map[string]int{"online": 2, "visibilitychange": 2, "resume": 2, "pageshow": 2, "offline": 1} {
		t.Run(event, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				n := &network{}
				o := again()
				o.Reconnect.FirstDelay, o.Reconnect.MaxDelay = 1000*time.Hour, -1
				c := connected(t, n, o)
				w := n.wire(t, 1)
				c.session.lifecycle.page(event)
				time.Sleep(probeTimeout)
				assert.Empty(t, w.closed(), "a connection that answers goes on")
				w.mute = true
				c.session.lifecycle.page(event)
				time.Sleep(probeTimeout)
				assert.NotEmpty(t, w.closed(), "one that does not is given up")
				c.session.lifecycle.page(event)
				time.Sleep(wakeJitter)
				assert.Equal(t, want, n.dials())
			})
		})
	}
}

func TestAProgramThatReceivesNothingIsBounded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		o := again()
		o.MaxMessageSize, o.MaxBuffered = 100, 1000
		c := connected(t, n, o)
		assert.EqualValues(t, 500, n.wire(t, 1).config.MaxBuffered, "the transport has half")
		for range 100 {
			n.wire(t, 1).arrive("0123456789")
		}
		synctest.Wait()
		assert.LessOrEqual(t, c.session.inbox.Bytes(), int64(1000))
		n.wire(t, 1).lose()
		time.Sleep(time.Hour)
		assert.Equal(t, 1, n.dials(), "no connection is made that would bring more")
		for range 100 {
			receiveText(t, c)
		}
		synctest.Wait()
		assert.Equal(t, 2, n.dials())
	})
}

// There is no queue without Reconnect, and no other connection to take what is
// in it: to accept a message would be to lose it without a word.
func TestWithoutReconnectNothingIsAcceptedAfterTheLastWrite(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{setup: func(_ int, w *wire) { w.onSend = func(string) error { return errors.New("broken pipe") } }}
		c := connected(t, n, &Options{OnState: func(StateChange) {}})
		require.Error(t, c.Send(t.Context(), Text("one")))
		err := c.Send(t.Context(), Text("two"))
		var closed *CloseError
		require.ErrorAs(t, err, &closed)
		assert.Same(t, err, second(c.Receive(t.Context())), "what ended it")
		assert.Zero(t, c.Stats().QueuedMessages)
		assert.Empty(t, n.wire(t, 1).got())
	})
}

func TestWithoutReconnectASendThatIsTooLateCanBeCancelled(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{setup: func(_ int, w *wire) { w.onSend = func(string) error { return errors.New("broken pipe") } }}
		c := connected(t, n, &Options{OnState: func(StateChange) {}})
		require.Error(t, c.Send(t.Context(), Text("one")))
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		assert.Equal(t, context.DeadlineExceeded, c.Send(ctx, Text("two")))
		go func() { _ = c.Close() }()
		assert.Equal(t, ErrClosed, c.Send(t.Context(), Text("three")))
	})
}

// All that can take time does: the queue, the peer, and a Prepare of an earlier
// dial that has not returned.
func TestCloseIsBoundedByCloseTimeoutInAll(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n, o := &network{}, again()
		o.Reconnect.DialTimeout = time.Second
		var calls atomic.Int32
		release := make(chan struct{})
		o.Prepare = func(context.Context, *Attempt) error {
			if calls.Add(1) == 2 {
				<-release
			}
			return nil
		}
		n.setup = func(k int, w *wire) {
			if k > 1 {
				w.hang, w.stuck = true, make(chan struct{})
			}
		}
		c := connected(t, n, o)
		n.wire(t, 1).lose()
		synctest.Wait()
		require.NoError(t, c.Send(t.Context(), Text("one")))
		time.Sleep(2*tooLate + o.Reconnect.DialTimeout)
		require.Equal(t, Connected, c.State())
		began := time.Now()
		assert.ErrorIs(t, c.Close(), context.DeadlineExceeded)
		assert.LessOrEqual(t, time.Since(began), defaultCloseTimeout)
		close(release)
	})
}

func TestCallbacksMayCallClose(t *testing.T) {
	t.Run("Prepare", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			n, o := &network{}, again()
			var c *Conn
			closed := make(chan time.Duration, 1)
			o.Prepare = func(_ context.Context, a *Attempt) error {
				if a.Err == nil {
					return nil
				}
				began := time.Now()
				_ = c.Close()
				closed <- time.Since(began)
				return nil
			}
			c = connected(t, n, o)
			n.wire(t, 1).lose()
			assert.LessOrEqual(t, <-closed, defaultCloseTimeout/2)
			assert.Equal(t, ErrClosed, second(c.Receive(t.Context())))
			assert.Equal(t, 1, n.dials(), "what it prepared for is over")
		})
	})
	t.Run("OnState", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			n, o := &network{}, again()
			var c *Conn
			closed := make(chan error, 1)
			o.OnState = func(s StateChange) {
				if s.To == Reconnecting {
					closed <- c.Close()
				}
			}
			c = connected(t, n, o)
			n.wire(t, 1).lose()
			require.NoError(t, <-closed)
			assert.Equal(t, Closed, c.State())
		})
	})
}
