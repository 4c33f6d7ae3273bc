package client

import (
	"context"
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/transport"
)

func TestConnectThatFailsWithReconnectIsTheEnd(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n, told, o := &network{down: errDown}, &changes{}, again()
		o.OnState = told.add
		_, err := connect(t.Context(), "ws://host.test/", o, n.world())
		require.Error(t, err)
		assert.Equal(t, []StateChange{{From: Connecting, To: Closed, Err: err}}, told.list())
		time.Sleep(time.Hour)
		assert.Equal(t, 1, n.dials(), "Reconnect begins with a connection")
	})
}

func TestASecondCloseWaitsForTheFirst(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n, told, o := &network{}, &changes{}, again()
		o.OnState = told.add
		c := connected(t, n, o)
		n.wire(t, 1).hang = true
		began, first := time.Now(), make(chan error, 1)
		go func() { first <- c.Close() }()
		synctest.Wait()
		assert.Equal(t, Closing, c.State())
		require.NoError(t, c.CloseWith(4000, "too late"))
		assert.LessOrEqual(t, time.Since(began), defaultCloseTimeout)
		assert.ErrorIs(t, <-first, context.DeadlineExceeded)
		assert.Equal(t, []CloseCode{CloseNormal}, n.wire(t, 1).closed())
		assert.Equal(t, []State{Connected, Closing, Closed}, told.states())
	})
}

func TestPingWithReconnect(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		c := connected(t, n, again())
		rtt, err := c.Ping(t.Context())
		require.NoError(t, err)
		assert.Equal(t, time.Millisecond, rtt)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		n.wire(t, 1).mute = true
		assert.Equal(t, context.DeadlineExceeded, second(c.Ping(ctx)))
		assert.Equal(t, Connected, c.State(), "it was the caller who gave up")
		n.wire(t, 1).lose()
		synctest.Wait()
		assert.Equal(t, ErrNotConnected, second(c.Ping(t.Context())))
		time.Sleep(tooLate)
		_, err = c.Ping(t.Context())
		require.NoError(t, err)
		require.NoError(t, c.Close())
		assert.Equal(t, ErrClosed, second(c.Ping(t.Context())))
	})
}

func TestASendThatIsCancelledWithReconnect(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		c := connected(t, n, again())
		w, ctx, cancel := n.wire(t, 1), t.Context(), context.CancelFunc(nil)
		ctx, cancel = context.WithCancel(ctx)
		w.stuck = make(chan struct{})
		sent := make(chan error, 1)
		go func() { sent <- c.Send(ctx, Text("never")) }()
		synctest.Wait()
		cancel()
		assert.Equal(t, context.Canceled, <-sent, "not in doubt: nothing of it was written")
		assert.Equal(t, context.Canceled, c.Send(ctx, Text("never")))
		close(w.stuck)
		require.NoError(t, c.Send(t.Context(), Text("next")))
		assert.Equal(t, []string{"next"}, w.got())
		assert.Equal(t, 1, n.dials(), "the connection goes on")
	})
}

func TestReceiveIntoWithReconnect(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		c, buf := connected(t, n, again()), make([]byte, 4)
		n.wire(t, 1).arrive("fits")
		n.wire(t, 1).arrive("fits not")
		m, err := c.ReceiveInto(t.Context(), buf)
		require.NoError(t, err)
		assert.Equal(t, "fits", string(m.Data))
		assert.Same(t, &buf[0], &m.Data[0])
		m, err = c.ReceiveInto(t.Context(), buf)
		require.NoError(t, err)
		assert.Equal(t, "fits not", string(m.Data))
		assert.Equal(t, "fits", string(buf))
	})
}

// What was being written when a connection broke during the Close is told of,
// apart from what was never begun.
func TestCloseTellsWhatIsInDoubt(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n, told := &network{}, &drops{}
		n.setup = func(k int, w *wire) {
			w.onSend = func(m string) error {
				if m != "b" {
					return nil
				}
				w.lose()
				return w.Err()
			}
		}
		o := again()
		o.SendQueue.OnDrop, o.Reconnect.FirstDelay, o.Reconnect.MaxDelay = told.add, 1000*time.Hour, -1
		c := connected(t, n, o)
		n.wire(t, 1).lose()
		synctest.Wait()
		sendAll(t, c, "a", "b", "c")
		began := time.Now()
		var undelivered *UndeliveredError
		require.ErrorAs(t, c.Close(), &undelivered)
		assert.LessOrEqual(t, time.Since(began), defaultCloseTimeout)
		assert.Equal(t, []string{"a"}, n.wire(t, 2).got())
		assert.Equal(t, []Message{Text("b")}, undelivered.InDoubt)
		assert.Empty(t, undelivered.Unsent)
		assert.Equal(t, []string{"c"}, n.wire(t, 3).got(), "there was time for another dial")
		assert.EqualError(t, undelivered, "client: closed with 0 messages unsent and 1 in doubt: client: connection lost: 1006 (abnormal closure)")
		assert.Equal(t, []string{"b"}, told.texts())
	})
}

// Where a page, a machine and a program all say that the network is back, there
// is one dial, and one connection.
func TestManyEventsMakeOneDial(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n, o := &network{}, again()
		o.Reconnect.FirstDelay, o.Reconnect.MaxDelay = 1000*time.Hour, -1
		c := connected(t, n, o)
		n.wire(t, 1).lose()
		synctest.Wait()
		for range 100 {
			for _, event := range []string{"online", "visibilitychange", "resume", "pageshow"} {
				c.session.lifecycle.page(event)
			}
			c.NetworkChanged()
			time.Sleep(20 * time.Millisecond)
		}
		time.Sleep(time.Hour)
		assert.Equal(t, 2, n.dials())
		assert.Equal(t, Connected, c.State())
		assert.EqualValues(t, 1, c.Stats().Reconnects)
	})
}

func TestAPageThatIsHiddenGivesUpItsDial(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		c := connected(t, n, again())
		n.mu.Lock()
		n.answer = func(ctx context.Context, k int) error {
			if k == 2 {
				<-ctx.Done()
			}
			return ctx.Err()
		}
		n.mu.Unlock()
		n.wire(t, 1).lose()
		time.Sleep(tooLate)
		require.Equal(t, 2, n.dials())
		c.session.lifecycle.page("pagehide")
		time.Sleep(time.Hour)
		assert.Equal(t, 2, n.dials())
		c.session.lifecycle.page("pageshow")
		time.Sleep(wakeJitter)
		assert.Equal(t, 3, n.dials())
		assert.Equal(t, Connected, c.State())
	})
}

func TestADialWithoutABound(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n, o := &network{}, again()
		o.Reconnect.DialTimeout = -1
		c := connected(t, n, o)
		n.mu.Lock()
		n.answer = func(context.Context, int) error { time.Sleep(24 * time.Hour); return nil }
		n.mu.Unlock()
		n.wire(t, 1).lose()
		time.Sleep(25 * time.Hour)
		assert.Equal(t, 2, n.dials())
		assert.Equal(t, Connected, c.State())
	})
}

// A Prepare that knows that there will be no token any more ends the Conn by
// way of Retry; any other error of it is one that passes.
func TestPrepareCanGiveUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n, o, dials := &network{}, again(), 0
		signedOut := errors.New("signed out")
		o.Prepare = func(context.Context, *Attempt) error {
			if dials++; dials == 2 {
				return errRule
			} else if dials == 3 {
				return signedOut
			}
			return nil
		}
		o.Reconnect.Retry = func(err error, another bool) bool { return another && !errors.Is(err, signedOut) }
		c := connected(t, n, o)
		n.wire(t, 1).lose()
		time.Sleep(time.Hour)
		assert.ErrorIs(t, second(c.Receive(t.Context())), signedOut)
		assert.Equal(t, 3, dials)
		assert.Equal(t, Closed, c.State())
	})
}

func TestACloseTimeoutWithoutEnd(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n, o := &network{}, again()
		o.CloseTimeout = math.MaxInt64
		c := connected(t, n, o)
		assert.Positive(t, n.wire(t, 1).config.CloseTimeout)
		n.wire(t, 1).lose()
		synctest.Wait()
		sendAll(t, c, "a")
		require.NoError(t, c.Close())
		assert.Equal(t, []string{"a"}, n.wire(t, 2).got())
	})
}

// Nobody has closed the Conn, though its connection was: it goes on.
func TestASendOnAConnectionThatIsGivenUp(t *testing.T) {
	for name, row := range map[string]struct {
		reconnect *Reconnect
		inDoubt   bool
	}{"is in doubt": {&Reconnect{}, true}, "fails like all else without Reconnect": {nil, false}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				n, o := &network{}, pingPong()
				o.Reconnect = row.reconnect
				n.setup = func(_ int, w *wire) {
					w.onSend = func(m string) error {
						if m == "ping" {
							return nil
						}
						<-w.done
						return w.Err()
					}
				}
				c := connected(t, n, o)
				err := c.Send(t.Context(), Text("x"))
				assert.Equal(t, row.inDoubt, errors.As(err, new(*InDoubtError)), err)
				assert.NotErrorIs(t, err, ErrClosed)
				var closed *CloseError
				require.ErrorAs(t, err, &closed)
				assert.ErrorContains(t, err, "nothing has arrived within 5s of a heartbeat")
			})
		})
	}
}

// What has not been received does not keep a Conn from being connected, as long
// as there is little of it, whatever the size of a message may be.
func TestAMessageThatIsNotReceivedHoldsUpNoDial(t *testing.T) {
	for name, o := range map[string]*Options{
		"any size":               {MaxMessageSize: -1},
		"as much as is buffered": {MaxMessageSize: 1 << 20, MaxBuffered: 1 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				n := &network{}
				o.Reconnect = &Reconnect{}
				c := connected(t, n, o)
				n.wire(t, 1).arrive("not received")
				n.wire(t, 1).lose()
				time.Sleep(tooLate)
				assert.Equal(t, Connected, c.State())
			})
		})
	}
}

func TestATransportHasRoomForMoreThanTheLongestMessage(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n, o := &network{}, again()
		o.MaxMessageSize = 16 << 20
		connected(t, n, o)
		assert.Equal(t, int64(20<<20), n.wire(t, 1).config.MaxBuffered)
	})
}

// The program knows MaxBuffered, and nothing of the parts in which it is used.
func TestABufferThatIsFullWithReconnect(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		c := connected(t, n, again())
		n.wire(t, 1).arrive("12345678")
		n.wire(t, 1).end(&transport.OverrunError{Limit: 2 << 20, Size: 4 << 20})
		synctest.Wait()
		assert.Equal(t, "12345678", receiveText(t, c))
		assert.Equal(t, &BufferFullError{Limit: 4 << 20, Size: 4<<20 + 40}, second(c.Receive(t.Context())))
	})
}
