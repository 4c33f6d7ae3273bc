package client

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// drops records what OnDrop is told.
type drops []dropped

// dropping is held while one of the tests' OnDrop runs: a queue may call it
// from several goroutines.
var dropping sync.Mutex

func (d *drops) add(m Message, err error) {
	dropping.Lock()
	defer dropping.Unlock()
	*d = append(*d, dropped{m, err})
}

func (d *drops) texts() (texts []string) {
	dropping.Lock()
	defer dropping.Unlock()
	for _, one := range *d {
		texts = append(texts, string(one.m.Data))
	}
	return texts
}

// down connects, and loses the connection in a way that no other comes before
// n.set(nil) and a minute.
func down(t *testing.T, n *network, q SendQueue) *Conn {
	t.Helper()
	o := again()
	o.SendQueue = q
	c := connected(t, n, o)
	n.set(errDown)
	n.wire(t, 1).lose()
	synctest.Wait()
	return c
}

func sendAll(t *testing.T, c *Conn, texts ...string) {
	t.Helper()
	for _, s := range texts {
		require.NoError(t, c.Send(t.Context(), Text(s)))
	}
}

func TestWhatIsSentWhileDownIsSentLaterInOrder(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		c := down(t, n, SendQueue{})
		m := Text("a")
		require.NoError(t, c.Send(t.Context(), m))
		m.Data[0] = '!' // the memory is the sender's again
		sendAll(t, c, "b", "c")
		assert.Equal(t, Stats{QueuedMessages: 3, QueuedBytes: 3}, c.Stats())
		n.set(nil)
		time.Sleep(time.Minute)
		sendAll(t, c, "d")
		assert.Equal(t, []string{"a", "b", "c", "d"}, n.wire(t, 2).got())
		assert.Equal(t, Stats{MessagesSent: 4, BytesSent: 4, Reconnects: 1}, c.Stats())
	})
}

func TestOrderIsKeptWhileTheQueueIsBeingSent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		stuck := make(chan struct{})
		n := &network{setup: func(k int, w *wire) {
			if k > 1 {
				w.stuck = stuck
			}
		}}
		c := down(t, n, SendQueue{})
		sendAll(t, c, "a", "b")
		n.set(nil)
		time.Sleep(time.Minute)
		sendAll(t, c, "c")
		assert.Equal(t, ErrNotConnected, c.SendWith(t.Context(), Text("v"), SendOptions{Volatile: true}))
		close(stuck)
		assert.Equal(t, []string{"a", "b", "c"}, n.wire(t, 2).got())
	})
}

func TestAFullQueue(t *testing.T) {
	for name, row := range map[string]struct {
		policy  QueuePolicy
		err     error    // of the third Send
		sent    []string // in the end
		dropped []string
	}{
		"Fail":       {Fail, ErrQueueFull, []string{"a", "b"}, nil},
		"DropOldest": {DropOldest, nil, []string{"b", "c"}, []string{"a"}},
		"DropNewest": {DropNewest, nil, []string{"a", "b"}, []string{"c"}},
		"Block":      {Block, context.DeadlineExceeded, []string{"a", "b"}, nil},
	} {
		for limit, q := range map[string]SendQueue{
			"messages": {MaxMessages: 2}, "bytes": {MaxBytes: 2 * (transport.Overhead + 1)},
		} {
			t.Run(name+", "+limit, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					n, told := &network{}, &drops{}
					q.Policy, q.OnDrop = row.policy, told.add
					c := down(t, n, q)
					sendAll(t, c, "a", "b")
					ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
					defer cancel()
					assert.Equal(t, row.err, c.Send(ctx, Text("c")))
					n.set(nil)
					time.Sleep(time.Minute)
					assert.Equal(t, row.sent, n.wire(t, 2).got())
					assert.Equal(t, row.dropped, told.texts())
					for _, d := range *told {
						assert.Equal(t, ErrQueueFull, d.err)
					}
				})
			})
		}
	}
}

func TestABlockedSendGoesOnWhenThereIsRoom(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		c := down(t, n, SendQueue{MaxMessages: 1})
		sendAll(t, c, "a")
		blocked := make(chan error, 1)
		go func() { blocked <- c.Send(t.Context(), Text("b")) }()
		synctest.Wait()
		n.set(nil)
		time.Sleep(time.Minute)
		require.NoError(t, <-blocked)
		assert.Equal(t, []string{"a", "b"}, n.wire(t, 2).got())
	})
}

func TestABlockedSendEndsWithTheConn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		c := down(t, n, SendQueue{MaxMessages: 1})
		sendAll(t, c, "a")
		blocked := make(chan error, 1)
		go func() { blocked <- c.Send(t.Context(), Text("b")) }()
		synctest.Wait()
		var undelivered *UndeliveredError
		require.ErrorAs(t, c.Close(), &undelivered)
		assert.Equal(t, ErrClosed, <-blocked)
		assert.Len(t, undelivered.Unsent, 1)
	})
}

func TestAMessageThatIsBiggerThanTheQueue(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		c := down(t, n, SendQueue{MaxBytes: 100, Policy: DropOldest})
		sendAll(t, c, "a")
		assert.Equal(t, ErrQueueFull, c.Send(t.Context(), Text(strings.Repeat("x", 100))))
		assert.EqualValues(t, 1, c.Stats().QueuedMessages, "nothing is dropped for it")
		n.set(nil)
		time.Sleep(time.Minute)
		require.NoError(t, c.Send(t.Context(), Text(strings.Repeat("x", 100))), "a connection takes it")
	})
}

func TestVolatile(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		c := down(t, n, SendQueue{})
		v := SendOptions{Volatile: true}
		assert.Equal(t, ErrNotConnected, c.SendWith(t.Context(), Text("v"), v))
		n.set(nil)
		time.Sleep(time.Minute)
		require.NoError(t, c.SendWith(t.Context(), Text("v"), v))
		assert.Equal(t, []string{"v"}, n.wire(t, 2).got())
	})
}

func TestWhoeverIsToldOfAConnectionCanUseIt(t *testing.T) {
	for range 100 {
		bubble(t, func(t *testing.T) {
			n, errs := &network{}, make(chan error, 2)
			o, v := again(), SendOptions{Volatile: true}
			var conn *Conn
			o.OnState = func(s StateChange) {
				if s.To == Connected && s.From == Reconnecting {
					errs <- conn.SendWith(context.Background(), Text("v"), v)
				}
			}
			c := connected(t, n, o)
			conn = c
			require.NoError(t, c.SendWith(t.Context(), Text("v"), v), "after Connect")
			n.wire(t, 1).lose()
			time.Sleep(tooLate)
			require.NoError(t, <-errs, "in OnState")
		})
	}
}

func TestWhatWasBeingWrittenIsInDoubt(t *testing.T) {
	bubble(t, func(t *testing.T) {
		told := &drops{}
		n := &network{}
		n.setup = func(k int, w *wire) {
			if k == 2 {
				w.onSend = func(m string) error {
					if m != "b" {
						return nil
					}
					w.lose()
					return w.Err()
				}
			}
		}
		c := down(t, n, SendQueue{OnDrop: told.add})
		sendAll(t, c, "a", "b", "c")
		n.set(nil)
		time.Sleep(2 * time.Minute)
		assert.Equal(t, []string{"a"}, n.wire(t, 2).got())
		assert.Equal(t, []string{"c"}, n.wire(t, 3).got(), "never sent again, and the order is kept")
		require.Equal(t, []string{"b"}, told.texts())
		var doubt *InDoubtError
		require.ErrorAs(t, (*told)[0].err, &doubt)
		var closed *CloseError
		assert.ErrorAs(t, doubt, &closed, "with the cause")
	})
}

func TestCloseWithAQueue(t *testing.T) {
	t.Run("sends what is queued, by a dial at once", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			n := &network{}
			c := down(t, n, SendQueue{})
			sendAll(t, c, "a", "b")
			n.set(nil)
			began := time.Now()
			require.NoError(t, c.Close())
			assert.Zero(t, time.Since(began))
			assert.Equal(t, []string{"a", "b"}, n.wire(t, 2).got())
			assert.Equal(t, []CloseCode{CloseNormal}, n.wire(t, 2).closed())
		})
	})
	t.Run("says what was not delivered", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			n, told := &network{}, &drops{}
			c := down(t, n, SendQueue{OnDrop: told.add})
			sendAll(t, c, "a", "b")
			began := time.Now()
			err := c.Close()
			assert.LessOrEqual(t, time.Since(began), defaultCloseTimeout)
			var undelivered *UndeliveredError
			require.ErrorAs(t, err, &undelivered)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Equal(t, []Message{Text("a"), Text("b")}, undelivered.Unsent)
			assert.EqualError(t, err, "client: closed with 2 messages unsent and 0 in doubt: context deadline exceeded")
			assert.Equal(t, []string{"a", "b"}, told.texts(), "and OnDrop hears of it")
		})
	})
	t.Run("does not wait for a peer that takes nothing", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			n := &network{setup: func(k int, w *wire) {
				if k > 1 {
					w.stuck = make(chan struct{})
				}
			}}
			c := down(t, n, SendQueue{})
			sendAll(t, c, "a", "b")
			n.set(nil)
			time.Sleep(time.Minute)
			began := time.Now()
			var undelivered *UndeliveredError
			require.ErrorAs(t, c.Close(), &undelivered)
			assert.Equal(t, []Message{Text("a"), Text("b")}, undelivered.Unsent)
			assert.LessOrEqual(t, time.Since(began), defaultCloseTimeout)
		})
	})
	t.Run("after the end is nil", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			n, told := &network{}, &drops{}
			o := again()
			o.SendQueue.OnDrop = told.add
			o.Reconnect.MaxAttempts = 1
			c := connected(t, n, o)
			n.set(errDown)
			n.wire(t, 1).lose()
			synctest.Wait()
			sendAll(t, c, "a")
			time.Sleep(time.Minute)
			err := second(c.Receive(t.Context()))
			assert.Equal(t, drops{{Text("a"), err}}, *told, "it was said what became of it")
			require.NoError(t, c.Close())
		})
	})
}

func TestASendQueueWithoutReconnectIsRefused(t *testing.T) {
	_, err := connect(t.Context(), "ws://host.test", &Options{SendQueue: SendQueue{Policy: Fail}}, (&network{}).world())
	assert.ErrorContains(t, err, "SendQueue has no effect without Reconnect")
}

// The request for a dial at once comes while the connection that cannot be
// written to any more still has the time to say why.
func TestCloseDialsForAQueueThatABrokenConnectionLeftBehind(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{setup: func(k int, w *wire) {
			if k == 1 {
				w.onSend = func(string) error { return errors.New("broken pipe") }
			}
		}}
		c := connected(t, n, again())
		require.Error(t, c.Send(t.Context(), Text("x")))
		sendAll(t, c, "a")
		began := time.Now()
		require.NoError(t, c.Close())
		assert.LessOrEqual(t, time.Since(began), lastWords)
		assert.Equal(t, []string{"a"}, n.wire(t, 2).got())
	})
}

// What has been waiting for a dial that fails gets another one at once, too.
func TestCloseDialsOnceMoreWhenTheDialUnderWayFails(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n, failing := &network{}, make(chan struct{})
		n.answer = func(_ context.Context, k int) error {
			if k == 2 {
				<-failing
				return errDown
			}
			return nil
		}
		c := connected(t, n, again())
		n.wire(t, 1).lose()
		time.Sleep(tooLate)
		sendAll(t, c, "a")
		go func() { synctest.Wait(); close(failing) }()
		began := time.Now()
		require.NoError(t, c.Close())
		assert.Zero(t, time.Since(began))
		assert.Equal(t, []string{"a"}, n.wire(t, 2).got())
	})
}

func TestCloseSaysWhatKeptTheQueueFromBeingSent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		c := down(t, n, SendQueue{})
		sendAll(t, c, "a")
		n.set(&transport.HandshakeError{StatusCode: 403, Err: errors.New("forbidden")})
		err := c.Close()
		var undelivered *UndeliveredError
		require.ErrorAs(t, err, &undelivered)
		assert.Equal(t, []Message{Text("a")}, undelivered.Unsent)
		var refused *ConnectError
		require.ErrorAs(t, err, &refused)
		assert.NotErrorIs(t, err, context.DeadlineExceeded, "it did not take that long")
	})
}

// A connection that has no deadlines, such as one through an SSH tunnel, takes
// back no write: only its Close ends one.
func TestCloseIsBoundedWhenAWriteCannotBeTakenBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		n.setup = func(k int, w *wire) {
			if k == 2 {
				w.onSend = func(string) error { <-w.done; return w.Err() }
			}
		}
		told := &drops{}
		c := down(t, n, SendQueue{OnDrop: told.add})
		sendAll(t, c, "a", "b")
		n.set(nil)
		time.Sleep(time.Minute)
		began := time.Now()
		var undelivered *UndeliveredError
		require.ErrorAs(t, c.Close(), &undelivered)
		assert.LessOrEqual(t, time.Since(began), defaultCloseTimeout)
		assert.Equal(t, []Message{Text("a")}, undelivered.InDoubt)
		assert.Equal(t, []Message{Text("b")}, undelivered.Unsent)
		assert.Equal(t, []string{"a", "b"}, told.texts())
	})
}

func TestSendQueueDefaults(t *testing.T) {
	q := newQueue(SendQueue{}, wallClock)
	assert.EqualValues(t, 1<<20, q.opts.MaxBytes)
	assert.Equal(t, 4096, q.opts.MaxMessages)
	q = newQueue(SendQueue{MaxBytes: -1, MaxMessages: -1}, wallClock)
	for range 5000 {
		_, wait, err := q.put(Binary(make([]byte, 1000)), SendOptions{})
		require.NoError(t, err)
		require.Nil(t, wait)
	}
	messages, bytes := q.waiting()
	assert.EqualValues(t, 5000, messages)
	assert.EqualValues(t, 5_000_000, bytes, "negative: no limit")
}

// Who sends the queue must not wait for a Send that waits for the queue.
func TestOnDropMaySendAgainWhatIsInDoubt(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		n.setup = func(k int, w *wire) {
			if k == 2 {
				w.onSend = func(string) error { synctest.Wait(); w.lose(); return w.Err() }
			}
		}
		var c *Conn
		c = down(t, n, SendQueue{MaxMessages: 1, OnDrop: func(m Message, _ error) { _ = c.Send(context.Background(), m) }})
		sendAll(t, c, "a")
		go func() { _ = c.Send(t.Context(), Text("b")) }()
		synctest.Wait()
		n.set(nil)
		time.Sleep(time.Hour)
		assert.ElementsMatch(t, []string{"a", "b"}, n.wire(t, 3).got())
	})
}

func TestTheQueueIsNotOverItsLimitWhenAMessageComesBack(t *testing.T) {
	for name, row := range map[string]struct {
		policy  QueuePolicy
		err     error // of Send while the message is being written
		sent    string
		dropped []string
	}{
		"Fail":       {Fail, ErrQueueFull, "a", nil},
		"Block":      {Block, context.DeadlineExceeded, "a", nil},
		"DropNewest": {DropNewest, nil, "a", []string{"b"}},
		"DropOldest": {DropOldest, nil, "b", []string{"a"}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				n, told := &network{}, &drops{}
				n.setup = func(k int, w *wire) {
					if k == 2 {
						w.stuck = make(chan struct{})
					}
				}
				c := down(t, n, SendQueue{MaxMessages: 1, Policy: row.policy, OnDrop: told.add})
				sendAll(t, c, "a")
				n.set(nil)
				time.Sleep(time.Minute)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				assert.Equal(t, row.err, c.Send(ctx, Text("b")))
				c.session.lifecycle.page("pagehide")
				synctest.Wait()
				assert.EqualValues(t, 1, c.Stats().QueuedMessages)
				c.session.lifecycle.page("pageshow")
				time.Sleep(time.Minute)
				assert.Equal(t, []string{row.sent}, n.wire(t, 3).got())
				assert.Equal(t, row.dropped, told.texts())
			})
		})
	}
}

// Each message looks at no more of the queue than itself: where all did at all,
// a hundred thousand would take minutes.
func TestAQueueOfManyMessages(t *testing.T) {
	const many = 100_000
	q, l := newQueue(SendQueue{MaxBytes: -1, MaxMessages: -1}, wallClock), &link{}
	for range many {
		_, _, err := q.put(Message{}, SendOptions{TTL: time.Hour})
		require.NoError(t, err)
	}
	q.open(l)
	n := 0
	for _, ok := q.next(l); ok; _, ok = q.next(l) {
		n++
	}
	assert.Equal(t, many, n)
	q.end(ErrClosed)
}
