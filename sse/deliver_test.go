package sse

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A script is an eventReader that has seen what the test says it has.
type script struct {
	notices chan notice // closed: errGaveUp
	closed  context.Context
	close   context.CancelFunc
}

func (s *script) next() (notice, error) {
	select {
	case n, ok := <-s.notices:
		if !ok {
			return n, errGaveUp
		}
		return n, nil
	case <-s.closed.Done():
		return notice{}, ErrClosed
	}
}

func (s *script) Close() error { s.close(); return nil }

// withEventSource runs test with a Stream that receives from a script. What
// receive returns is sent to ended.
func withEventSource(t *testing.T, o Options, test func(t *testing.T, s *Stream, notices chan<- notice, ended <-chan error)) {
	synctest.Test(t, func(t *testing.T) {
		s, err := newStream(t.Context(), testURLOnly, &o)
		require.NoError(t, err)
		source := &script{notices: make(chan notice, 100)}
		source.closed, source.close = context.WithCancel(t.Context())
		c := &connection{resp: &response{status: 200, url: testURLOnly, events: source}}
		c.ctx, c.cancel = context.WithCancelCause(s.ctx)
		c.unlink = context.AfterFunc(c.ctx, func() { c.resp.Close() })
		require.Nil(t, accept(c.resp), "it has no content type to check")
		s.opened(c)
		ended := make(chan error, 1)
		go func() { ended <- s.receive(c) }()
		test(t, s, source.notices, ended)
		s.Close()
		synctest.Wait()
		assert.Error(t, source.closed.Err(), "the EventSource is closed")
	})
}

func event(typ, data, id string) notice { return notice{event: Event{typ, data, id}} }

func TestEventsOfAnEventSource(t *testing.T) {
	withEventSource(t, Options{Types: []string{"a"}}, func(t *testing.T, s *Stream, notices chan<- notice, _ <-chan error) {
		notices <- event("a", "1", "7")
		notices <- event("a", "2", "8")
		e, err := s.Receive(t.Context())
		require.NoError(t, err)
		assert.Equal(t, Event{"a", "1", "7"}, e)
		assert.Equal(t, "7", s.LastEventID())
		synctest.Wait()
		assert.Equal(t, "8", s.parser.LastEventID(), "for the next request")
	})
}

// The platform starts with none, whatever was before.
func TestAnEventSourceGoesOnWithTheIDThatThereIs(t *testing.T) {
	o := Options{Types: []string{"a"}, LastEventID: "7"}
	withEventSource(t, o, func(t *testing.T, s *Stream, notices chan<- notice, _ <-chan error) {
		notices <- event("a", "1", "")
		e, err := s.Receive(t.Context())
		require.NoError(t, err)
		assert.Equal(t, Event{"a", "1", "7"}, e)
		notices <- event("b", "2", "8")
		notices <- event("a", "3", "")
		e, err = s.Receive(t.Context())
		require.NoError(t, err)
		assert.Equal(t, Event{"a", "3", ""}, e, "the server has reset its own")
		assert.Empty(t, s.parser.LastEventID())
	})
}

// What listens for the platform's own open and error hears the server's too.
func TestEventsThatTheServerCallsOpenOrError(t *testing.T) {
	withEventSource(t, Options{Types: []string{"a", "error"}}, func(t *testing.T, s *Stream, notices chan<- notice, _ <-chan error) {
		notices <- event("open", "1", "7")
		synctest.Wait()
		assert.Equal(t, "7", s.LastEventID(), "the ID counts")
		notices <- event("error", "2", "8")
		e, err := s.Receive(t.Context())
		require.NoError(t, err)
		assert.Equal(t, Event{"error", "2", "8"}, e)
	})
}

func TestStatesOfAnEventSource(t *testing.T) {
	told := make(chan StateChange, 9)
	o := Options{Types: []string{"a"}, OnState: func(c StateChange) { told <- c }}
	withEventSource(t, o, func(t *testing.T, s *Stream, notices chan<- notice, _ <-chan error) {
		notices <- notice{kind: noticeLost}
		synctest.Wait()
		assert.Equal(t, Connecting, s.State())
		notices <- notice{kind: noticeOpen}
		synctest.Wait()
		assert.Equal(t, Open, s.State())
		assert.Equal(t, Open, (<-told).State)
		assert.Equal(t, StateChange{State: Connecting, Err: errLost, Attempt: 1}, <-told)
		assert.Equal(t, StateChange{State: Open, Attempt: 1, URL: testURLOnly}, <-told)
	})
}

func TestAnEventSourceThatGivesUpIsFollowedByFetch(t *testing.T) {
	withEventSource(t, Options{Types: []string{"a"}}, func(t *testing.T, s *Stream, notices chan<- notice, ended <-chan error) {
		assert.False(t, s.gaveUp)
		close(notices)
		assert.Equal(t, errGaveUp, <-ended)
		assert.True(t, s.gaveUp)
	})
}

func TestAnEventOfAnEventSourceThatIsTooBig(t *testing.T) {
	o := Options{Types: []string{"a"}, MaxEventSize: 5}
	withEventSource(t, o, func(t *testing.T, s *Stream, notices chan<- notice, ended <-chan error) {
		notices <- event("a", "12345", "")
		notices <- event("a", "123456", "")
		var tooBig *EventTooBigError
		require.True(t, errors.As(<-ended, &tooBig))
		assert.Equal(t, EventTooBigError{Limit: 5, Size: 6}, *tooBig)
	})
}

func TestOnlyTheFirstGiveUpOfSourceAutoIsFollowedAtOnce(t *testing.T) {
	for source, want := range map[Source]bool{SourceAuto: true, SourceFetch: false, SourceEventSource: false} {
		s := &Stream{opts: Options{Source: source}}
		assert.False(t, s.giveUp(assert.AnError))
		assert.Equal(t, want, s.giveUp(&ConnectError{Err: errGaveUp}))
		assert.False(t, s.giveUp(&ConnectError{Err: errGaveUp}))
	}
}

func TestWhatAnEventSourceIsAskedFor(t *testing.T) {
	s, err := newStream(t.Context(), testURLOnly+"?x=y", &Options{LastEventID: "a b", Types: []string{"a"}})
	require.NoError(t, err)
	defer s.Close()
	r := &request{url: s.url, eventSource: true, header: map[string][]string{}}
	s.complete(r, target{})
	assert.Equal(t, testURLOnly+"?x=y&lastEventId=a%20b", r.url, "it cannot send the ID in a header")
	assert.NotContains(t, r.header, "Last-Event-Id")
}
