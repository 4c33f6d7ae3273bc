package client

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTTL(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n, told := &network{}, &drops{}
		c := down(t, n, SendQueue{OnDrop: told.add, MaxMessages: 2, Policy: Fail})
		require.NoError(t, c.SendWith(t.Context(), Text("brief"), SendOptions{TTL: time.Second}))
		require.NoError(t, c.SendWith(t.Context(), Text("long"), SendOptions{TTL: time.Hour}))
		require.Equal(t, ErrQueueFull, c.Send(t.Context(), Text("x")))
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Equal(t, drops{{Text("brief"), ErrExpired}}, *told, "at once, not when somebody looks")
		sendAll(t, c, "for ever")
		n.set(nil)
		time.Sleep(time.Minute)
		assert.Equal(t, []string{"long", "for ever"}, n.wire(t, 2).got())
	})
}

func TestABlockedSendGoesOnWhenWhatIsBeforeItExpires(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n, told := &network{}, &drops{}
		c := down(t, n, SendQueue{OnDrop: told.add, MaxMessages: 3})
		for text, ttl := range map[string]time.Duration{"a": 3 * time.Second, "b": time.Second, "c": 2 * time.Second} {
			require.NoError(t, c.SendWith(t.Context(), Text(text), SendOptions{TTL: ttl}))
		}
		for k, want := range []string{"b", "c", "a"} {
			began := time.Now()
			sendAll(t, c, "x")
			assert.Equal(t, time.Second, time.Since(began), "the first of them does")
			synctest.Wait() // OnDrop is called after there is room
			assert.Equal(t, want, told.texts()[k])
		}
	})
}

// A machine that sleeps stops the timer, but what waits gets older.
func TestTTLGoesByTheWallClock(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n, told := &network{}, &drops{}
		c := down(t, n, SendQueue{MaxMessages: 1, OnDrop: told.add})
		require.NoError(t, c.SendWith(t.Context(), Text("old"), SendOptions{TTL: time.Hour}))
		blocked := make(chan error, 1)
		go func() { blocked <- c.Send(t.Context(), Text("new")) }()
		n.sleep(2 * time.Hour)
		time.Sleep(clockTick)
		synctest.Wait()
		assert.Equal(t, drops{{Text("old"), ErrExpired}}, *told)
		require.NoError(t, <-blocked, "there is room")
	})
}

func TestAClockThatIsSetBackKeepsMessagesLonger(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n, told := &network{}, &drops{}
		c := down(t, n, SendQueue{OnDrop: told.add})
		require.NoError(t, c.SendWith(t.Context(), Text("x"), SendOptions{TTL: time.Minute}))
		n.sleep(-time.Hour)
		time.Sleep(time.Hour)
		assert.Empty(t, told.texts())
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		assert.Equal(t, []string{"x"}, told.texts())
	})
}
