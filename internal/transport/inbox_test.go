package transport

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var errEnd = errors.New("the end")

func message(i int) Message { return Message{Type: Text, Data: []byte(strconv.Itoa(i))} }

func TestInboxKeepsOrder(t *testing.T) {
	b := NewInbox()
	pushed, popped := 0, 0
	// Bursts of changing lengths move the queue through all that compact does.
	for burst := range 200 {
		for range burst % 70 {
			b.Push(message(pushed))
			pushed++
		}
		for range (burst * 7) % 71 {
			m, ok, err := b.TryPop()
			require.NoError(t, err)
			if !ok {
				require.Equal(t, pushed, popped, "empty")
				break
			}
			require.Equal(t, message(popped), m)
			popped++
		}
	}
	require.Greater(t, popped, 3000)
}

func TestInboxCountsBytes(t *testing.T) {
	b := NewInbox()
	assert.EqualValues(t, 0, b.Bytes())
	assert.EqualValues(t, Overhead+3, b.Push(Message{Data: []byte("123")}))
	assert.EqualValues(t, 2*Overhead+3, b.Push(Message{}), "a message of no bytes takes memory too")
	b.TryPop()
	assert.EqualValues(t, Overhead, b.Bytes())
	b.TryPop()
	assert.EqualValues(t, 0, b.Bytes())
	b.Push(Message{Data: []byte("1")})
	b.Discard(errEnd)
	assert.EqualValues(t, 0, b.Bytes())
	assert.EqualValues(t, 0, b.Push(Message{Data: []byte("late")}), "nothing is kept after the end")
}

func TestInboxEndComesAfterTheMessages(t *testing.T) {
	b := NewInbox()
	b.Push(message(1))
	b.End(errEnd)
	b.End(errors.New("another"))
	b.Push(message(2))
	m, err := b.Pop(t.Context())
	require.NoError(t, err)
	assert.Equal(t, message(1), m)
	for range 2 {
		_, err = b.Pop(t.Context())
		assert.Equal(t, errEnd, err, "the first counts, for ever")
	}
	b.Discard(context.Canceled)
	_, err = b.Pop(t.Context())
	assert.Equal(t, context.Canceled, err, "until it is discarded")
}

func TestInboxDiscardComesAtOnce(t *testing.T) {
	b := NewInbox()
	b.Push(message(1))
	b.Discard(errEnd)
	_, err := b.Pop(t.Context())
	assert.Equal(t, errEnd, err)
}

func TestInboxReady(t *testing.T) {
	b := NewInbox()
	assert.False(t, b.Ready(), "empty")
	b.Push(message(1))
	b.Push(message(2))
	assert.True(t, b.Ready(), "messages")
	b.TryPop()
	assert.True(t, b.Ready(), "a message")
	b.TryPop()
	assert.False(t, b.Ready(), "empty again")
	b.End(errEnd)
	assert.True(t, b.Ready(), "an error")
	b.TryPop()
	assert.True(t, b.Ready(), "which stays")
}

func TestInboxPopWaits(t *testing.T) {
	for name, row := range map[string]struct {
		wake func(*Inbox)
		want Message
		err  error
	}{
		"for a message": {func(b *Inbox) { b.Push(message(1)) }, message(1), nil},
		"for the end":   {func(b *Inbox) { b.End(errEnd) }, Message{}, errEnd},
		"for a discard": {func(b *Inbox) { b.Discard(errEnd) }, Message{}, errEnd},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := NewInbox()
				returned := false
				go func() {
					m, err := b.Pop(t.Context())
					assert.Equal(t, row.want, m)
					assert.Equal(t, row.err, err)
					returned = true
				}()
				b.Signal()
				synctest.Wait()
				assert.False(t, returned, "a signal alone is nothing")
				row.wake(b)
				synctest.Wait()
				assert.True(t, returned)
			})
		})
	}
}

func TestInboxPopEndsWithItsContext(t *testing.T) {
	b := NewInbox()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := b.Pop(ctx)
	assert.Equal(t, context.Canceled, err)
	b.Push(message(1))
	m, err := b.Pop(ctx)
	require.NoError(t, err, "what has arrived is returned all the same")
	assert.Equal(t, message(1), m)
}

// A signal wakes one. It must not be lost in a Pop that gives up, nor must one
// that takes a message leave the others asleep.
func TestInboxWakesAllThatHaveSomethingToTake(t *testing.T) {
	for range 200 {
		synctest.Test(t, func(t *testing.T) {
			b := NewInbox()
			ctx, cancel := context.WithCancel(t.Context())
			var mu sync.Mutex
			seen := map[string]int{}
			for i := range 8 {
				ctx := ctx
				if i < 4 {
					ctx = t.Context()
				}
				go func() {
					m, err := b.Pop(ctx)
					mu.Lock()
					defer mu.Unlock()
					if err == nil {
						seen[string(m.Data)]++
					}
				}()
			}
			synctest.Wait()
			go cancel()
			for i := range 4 {
				go b.Push(message(i))
			}
			synctest.Wait()
			mu.Lock()
			defer mu.Unlock()
			assert.Len(t, seen, 4, "four wait whatever happens, so four are taken")
			b.End(errEnd)
		})
	}
}

func TestInboxEndWakesAll(t *testing.T) {
	for name, end := range map[string]func(*Inbox){
		"End":     func(b *Inbox) { b.End(errEnd) },
		"Discard": func(b *Inbox) { b.Discard(errEnd) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := NewInbox()
				var wg sync.WaitGroup
				for range 8 {
					wg.Go(func() {
						_, err := b.Pop(t.Context())
						assert.Equal(t, errEnd, err)
					})
				}
				synctest.Wait()
				end(b)
				wg.Wait()
			})
		})
	}
}

func TestInboxLetsGoOfMemory(t *testing.T) {
	b := NewInbox()
	for i := range 10000 {
		b.Push(message(i))
	}
	for range 10000 {
		b.TryPop()
	}
	assert.LessOrEqual(t, cap(b.queue), 1024, "a burst leaves no large queue behind")
	for i := range 10000 { // never empty, never more than 100
		b.Push(message(i))
		if i >= 100 {
			b.TryPop()
		}
	}
	assert.LessOrEqual(t, cap(b.queue), 1024, "nor does a steady stream")
}

func TestInboxInARingDoesNotAllocate(t *testing.T) {
	b := NewInbox()
	m := message(1)
	assert.Zero(t, testing.AllocsPerRun(1000, func() {
		b.Push(m)
		b.TryPop()
	}))
}
