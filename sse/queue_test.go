package sse

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// numbered returns n events with the IDs from, from+1, …
func numbered(from, n int) (events []Event) {
	for k := from; k < from+n; k++ {
		events = append(events, Event{"message", "data", strconv.Itoa(k)})
	}
	return events
}

func TestQueueKeepsOrderWhateverTheBatches(t *testing.T) {
	q := newQueue("")
	pushed, popped := 0, 0
	for _, batch := range []int{1, 0, 7, 300, 1, 64, 2000} {
		q.push(numbered(pushed, batch))
		pushed += batch
		for popped < pushed-batch/2 {
			e, ok, err := q.pop()
			require.True(t, ok)
			require.NoError(t, err)
			require.Equal(t, strconv.Itoa(popped), e.LastEventID)
			require.Equal(t, e.LastEventID, q.lastEventID())
			popped++
		}
	}
	assert.Equal(t, pushed-popped, len(q.items)-q.head)
}

func TestQueueDoesNotKeepMemory(t *testing.T) {
	q := newQueue("")
	q.push(numbered(0, 5000))
	for range 5000 {
		q.pop()
	}
	assert.Zero(t, cap(q.items))
	assert.Zero(t, q.bytes)
	for range 100_000 { // never empty, never long
		q.push(numbered(0, 2))
		q.pop()
		if len(q.items)-q.head > 10 {
			q.pop()
			q.pop()
		}
	}
	assert.Less(t, cap(q.items), 1000)
}

func TestQueueMovesTheIDWithWhatIsReceived(t *testing.T) {
	q := newQueue("0")
	q.push([]Event{{LastEventID: "1"}})
	assert.Equal(t, "1", q.lastEventID(), "nothing is before it")
	q.push([]Event{{"message", "a", "2"}, {LastEventID: "3"}, {"message", "b", "4"}, {LastEventID: "5"}})
	assert.Equal(t, "1", q.lastEventID(), "an event is before it")
	e, ok, err := q.pop()
	require.True(t, ok)
	require.NoError(t, err)
	assert.Equal(t, "a", e.Data)
	assert.Equal(t, "3", q.lastEventID())
	q.pop()
	assert.Equal(t, "5", q.lastEventID())
	_, ok, _ = q.pop()
	assert.False(t, ok)
}

func TestQueueEndsAfterItsEvents(t *testing.T) {
	q := newQueue("")
	q.push(numbered(0, 1))
	q.end(assert.AnError)
	q.end(ErrClosed) // comes too late
	q.push(numbered(1, 1))
	_, ok, err := q.pop()
	assert.True(t, ok)
	assert.NoError(t, err)
	for range 3 {
		_, ok, err = q.pop()
		assert.True(t, ok)
		assert.Equal(t, assert.AnError, err)
	}
}

func TestQueueDiscards(t *testing.T) {
	q := newQueue("7")
	q.push(numbered(8, 3))
	q.discard(ErrClosed)
	_, ok, err := q.pop()
	assert.True(t, ok)
	assert.Equal(t, ErrClosed, err)
	assert.Equal(t, "7", q.lastEventID(), "what was not received does not count")
	assert.False(t, q.full())
}

func TestQueueIsFullUntilHalfIsReceived(t *testing.T) {
	q := newQueue("")
	big := Event{Type: "message", Data: strings.Repeat("x", maxAhead/8)}
	for !q.full() {
		q.push([]Event{big})
	}
	for len(q.room) == 0 {
		_, ok, _ := q.pop()
		require.True(t, ok)
	}
	assert.Less(t, q.bytes, maxAhead/2)
	assert.NotZero(t, q.bytes)
}
