//go:build js

package sse

import (
	"errors"
	"strings"
	"testing"

	"github.com/amphiwire/amphiwire/internal/browser"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func newEventSource() *eventSource { return &eventSource{wake: make(chan struct{}, 1)} }

func TestNoticesComeInOrderAndBeforeTheError(t *testing.T) {
	e := newEventSource()
	e.Opened()
	e.Event("a", "1", "id")
	e.Failed(false, nil)
	e.Opened()
	e.Failed(true, nil)
	e.Event("a", "after the end", "")
	for _, want := range []notice{
		{kind: noticeOpen},
		{kind: noticeEvent, event: Event{Type: "a", Data: "1", LastEventID: "id"}},
		{kind: noticeLost},
		{kind: noticeOpen},
	} {
		n, err := e.next()
		require.NoError(t, err)
		assert.Equal(t, want, n)
	}
	for range 2 {
		_, err := e.next()
		assert.Equal(t, errGaveUp, err)
	}
}

func TestNextWaitsForWhatHappensNext(t *testing.T) {
	e := newEventSource()
	got := make(chan notice)
	go func() {
		n, _ := e.next()
		got <- n
	}()
	e.Opened()
	assert.Equal(t, notice{kind: noticeOpen}, <-got)
}

func TestAnExceptionWhileDeliveringEndsTheEventSource(t *testing.T) {
	e := newEventSource()
	thrown := errors.New("TypeError")
	e.Failed(false, thrown)
	_, err := e.next()
	assert.Equal(t, thrown, err)
}

// Otherwise the platform would go on to receive, for nobody.
func TestAnEventSourceThatIsNotReadFromIsClosedAtALimit(t *testing.T) {
	wantNoCallbacks(t)
	tell, restore := browser.PretendEventSource()
	defer restore()
	resp, err := openEventSource(t.Context(), &request{url: nowhere, types: []string{"a"}})
	require.NoError(t, err)
	defer resp.Close()
	assert.True(t, tell("a", strings.Repeat("x", 2*maxUnread)), "one event may be of any size")
	n, err := resp.events.next()
	require.NoError(t, err)
	assert.Len(t, n.event.Data, 2*maxUnread)
	for range 4 {
		assert.True(t, tell("a", strings.Repeat("x", maxUnread/4)))
	}
	assert.False(t, tell("a", "one too many"))
	for range 4 {
		_, err := resp.events.next()
		require.NoError(t, err)
	}
	_, err = resp.events.next()
	assert.Equal(t, errUnread, err, "after what was in time")
}
