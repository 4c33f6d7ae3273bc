package testserver

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A sink is a ResponseWriter whose receiver reads only while it is open, and
// which can be given a deadline as a connection can.
type sink struct {
	mu     sync.Mutex
	text   strings.Builder
	gate   chan struct{} // a write waits until it is closed; nil: open
	expire chan struct{} // closed by a deadline
}

func (s *sink) Header() http.Header { return http.Header{} }
func (s *sink) WriteHeader(int)     {}
func (s *sink) Flush()              {}

func (s *sink) SetWriteDeadline(time.Time) error { close(s.expire); return nil }

func (s *sink) Write(p []byte) (int, error) {
	if s.gate != nil {
		select {
		case <-s.gate:
		case <-s.expire:
			return 0, errors.New("deadline")
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

// seen are the events that arrived: their data, after their type if it is not
// the default.
func (s *sink) seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var seen []string
	for block := range strings.SplitSeq(s.text.String(), "\n\n") {
		typ, data := "", ""
		for line := range strings.Lines(block) {
			switch name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": "); name {
			case "event":
				typ = value + " "
			case "data":
				data = value
			}
		}
		if block != "" {
			seen = append(seen, typ+data)
		}
	}
	return seen
}

// A visit is one stream of a log, in a bubble.
type visit struct {
	*sink
	err  chan error
	gone context.CancelFunc
}

// join starts a stream for a receiver that saw the event with this id last.
func join(t *testing.T, l *EventLog, id string, gate chan struct{}) visit {
	ctx, gone := context.WithCancel(t.Context())
	t.Cleanup(gone)
	v := visit{&sink{gate: gate, expire: make(chan struct{})}, make(chan error, 1), gone}
	r := httptest.NewRequestWithContext(ctx, "GET", "/", nil)
	r.Header.Set("Last-Event-ID", id)
	go func() { v.err <- l.Serve(&EventWriter{body: body{v.sink, r}}) }()
	synctest.Wait()
	return v
}

// publish publishes n events with data from the log's own ids.
func publish(t *testing.T, l *EventLog, n int) {
	t.Helper()
	for range n {
		_, err := l.publish(t.Context(), func(id string) Event { return Event{ID: id, Data: id} })
		require.NoError(t, err)
	}
}

// numbers are first to last, as text.
func numbers(first, last int) (list []string) {
	for n := first; n <= last; n++ {
		list = append(list, strconv.Itoa(n))
	}
	return list
}

func TestALogHandsEachEventToEveryReceiver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewEventLog(nil)
		publish(t, l, 2) // before anyone came
		a, b := join(t, l, "", nil), join(t, l, "", nil)
		assert.Equal(t, 2, l.Receivers())
		publish(t, l, 3)
		synctest.Wait()
		assert.Equal(t, numbers(3, 5), a.seen())
		assert.Equal(t, numbers(3, 5), b.seen())
	})
}

// A flushing sink does something when the header is sent.
type flushing struct {
	*sink
	flushed func()
}

func (f flushing) Flush() { f.flushed() }

func TestALogsHandlerMissesNothingOnceTheStreamIsOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewEventLog(nil)
		ctx, gone := context.WithCancel(t.Context())
		first := sync.OnceFunc(func() { publish(t, l, 2) }) // by who knows that it is open
		w := flushing{&sink{}, first}
		done := make(chan struct{})
		go func() {
			defer close(done)
			l.Handler(nil).ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/", nil))
		}()
		synctest.Wait()
		assert.Equal(t, numbers(1, 2), w.seen())
		gone()
		<-done
		assert.Zero(t, l.Receivers())
	})
}

func TestALogsHandlerLetsGoOfAReceiverThatCannotBeOpened(t *testing.T) {
	l := NewEventLog(nil)
	w := struct{ http.ResponseWriter }{httptest.NewRecorder()} // cannot flush
	l.Handler(nil).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	assert.Zero(t, l.Receivers())
}

func TestALogReplaysWhatAReceiverMissed(t *testing.T) {
	for name, tc := range map[string]struct {
		opts  EventLogOptions
		id    string
		added int
		want  []string
	}{
		"nothing":                        {id: "5", added: 5},
		"some":                           {id: "3", added: 5, want: numbers(4, 5)},
		"as much as is kept":             {opts: EventLogOptions{Keep: 2}, id: "3", added: 5, want: numbers(4, 5)},
		"as much as is held at all":      {opts: EventLogOptions{Keep: 2, Queue: 1}, id: "3", added: 5, want: numbers(4, 5)},
		"more than is kept":              {opts: EventLogOptions{Keep: 2}, id: "2", added: 5, want: append([]string{"gap 2"}, numbers(4, 5)...)},
		"more than is held":              {opts: EventLogOptions{Keep: 2, Queue: 1}, id: "1", added: 5, want: append([]string{"gap 1"}, numbers(4, 5)...)},
		"an ID of another log":           {id: "x", added: 2, want: append([]string{"gap x"}, numbers(1, 2)...)},
		"an ID of a log that is lost":    {id: "7", want: []string{"gap 7"}},
		"nothing is kept":                {opts: EventLogOptions{Keep: -1}, id: "4", added: 5, want: []string{"gap 4"}},
		"nothing is kept nor missed":     {opts: EventLogOptions{Keep: -1}, id: "5", added: 5},
		"over the limit in bytes":        {opts: EventLogOptions{MaxBytes: 1}, id: "3", added: 5, want: []string{"gap 3", "5"}},
		"up to the limit in bytes":       {opts: EventLogOptions{MaxBytes: 1}, id: "4", added: 5, want: []string{"5"}},
		"another type for gaps":          {opts: EventLogOptions{GapType: "reload"}, id: "x", want: []string{"reload x"}},
		"without an ID":                  {added: 5},
		"without an ID, from the start":  {opts: EventLogOptions{FromStart: true, Keep: 2}, added: 5, want: numbers(4, 5)},
		"with a prefix":                  {opts: EventLogOptions{Prefix: "a-"}, id: "a-1", added: 2, want: []string{"a-2"}},
		"with the prefix of another log": {opts: EventLogOptions{Prefix: "b-"}, id: "a-1", added: 1, want: []string{"gap a-1", "b-1"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := NewEventLog(&tc.opts)
				publish(t, l, tc.added)
				v := join(t, l, tc.id, nil)
				assert.Equal(t, tc.want, v.seen())
				publish(t, l, 1)
				synctest.Wait()
				assert.Len(t, v.seen(), len(tc.want)+1, "and then what is new")
			})
		})
	}
}

func TestASlowReceiverDoesNotHoldUpTheOthers(t *testing.T) {
	const queue = 5
	for name, tc := range map[string]struct {
		policy Policy
		want   []string
		err    error
	}{
		// The first event is in the write that blocks.
		"drop the oldest": {DropOldest, append([]string{"1", "gap 1"}, numbers(46, 50)...), ErrLogClosed},
		"disconnect":      {Disconnect, nil, ErrSlowReceiver},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := NewEventLog(&EventLogOptions{Queue: queue, Keep: -1, Policy: tc.policy})
				gate := make(chan struct{})
				slow, quick := join(t, l, "", gate), join(t, l, "", nil)
				for range 50 {
					publish(t, l, 1)
					synctest.Wait()
				}
				assert.Equal(t, numbers(1, 50), quick.seen())
				if tc.policy == Disconnect {
					assert.Equal(t, tc.err, <-slow.err, "although its write blocked")
					assert.Equal(t, 1, l.Receivers())
				}
				close(gate)
				synctest.Wait()
				assert.Equal(t, tc.want, slow.seen())
			})
		})
	}
}

func TestBlockMakesPublishWaitForASlowReceiver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewEventLog(&EventLogOptions{Queue: 5, Keep: -1, Policy: Block})
		gate := make(chan struct{})
		slow := join(t, l, "", gate)
		publish(t, l, 1)
		synctest.Wait() // it is in the write that blocks
		publish(t, l, 5)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := l.Publish(ctx, Event{Data: "x"})
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorContains(t, err, "5 events behind")

		published := make(chan error, 1)
		go func() { _, err := l.Publish(t.Context(), Event{Data: "7"}); published <- err }()
		synctest.Wait()
		assert.Empty(t, published)
		close(gate)
		assert.NoError(t, <-published)
		synctest.Wait()
		assert.Equal(t, numbers(1, 7), slow.seen())
	})
}

func TestBlockEndsWhenTheReceiverOrTheLogDoes(t *testing.T) {
	for name, tc := range map[string]struct {
		end  func(*EventLog, visit)
		want error
	}{
		"the receiver goes": {func(_ *EventLog, v visit) { close(v.expire); v.gone() }, nil},
		"the log is closed": {func(l *EventLog, _ visit) { l.Close() }, ErrLogClosed},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := NewEventLog(&EventLogOptions{Queue: 1, Policy: Block})
				slow := join(t, l, "", make(chan struct{}))
				publish(t, l, 1)
				synctest.Wait()
				publish(t, l, 1)
				published := make(chan error, 1)
				go func() { _, err := l.Publish(t.Context(), Event{Data: "3"}); published <- err }()
				synctest.Wait()
				tc.end(l, slow)
				assert.Equal(t, tc.want, <-published)
				if tc.want != nil {
					close(slow.expire)
				}
				assert.Error(t, <-slow.err)
			})
		})
	}
}

// What a receiver missed may be more than may wait for it.
func TestAReplayLongerThanTheQueueIsNotSlowness(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewEventLog(&EventLogOptions{Queue: 2, Keep: 100, Policy: Disconnect})
		publish(t, l, 100)
		gate := make(chan struct{})
		v := join(t, l, "1", gate)
		publish(t, l, 2)
		close(gate)
		synctest.Wait()
		assert.Equal(t, numbers(2, 102), v.seen())
	})
}

func TestALogsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewEventLog(nil)
		gate := make(chan struct{})
		v := join(t, l, "", gate)
		publish(t, l, 3)
		l.Close()
		close(gate)
		assert.NoError(t, <-v.err)
		assert.Equal(t, numbers(1, 3), v.seen(), "what waits is sent first")
		_, err := l.Publish(t.Context(), Event{})
		assert.Equal(t, ErrLogClosed, err)
		assert.NoError(t, <-join(t, l, "2", nil).err, "a receiver that comes late gets what is kept")
		assert.Zero(t, l.Receivers())
	})
}

func TestALogNoticesThatAReceiverHasGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewEventLog(nil)
		v := join(t, l, "", nil)
		v.gone()
		assert.Equal(t, context.Canceled, <-v.err)
		synctest.Wait()
		assert.Zero(t, l.Receivers())
	})
}

func TestPublishRefusesWhatTheFormatCannotCarry(t *testing.T) {
	l := NewEventLog(nil)
	_, err := l.Publish(t.Context(), Event{ID: "a\nb"})
	assert.ErrorAs(t, err, new(*FieldError))
	id, err := l.Publish(t.Context(), Event{ID: "own"})
	assert.NoError(t, err)
	assert.Equal(t, "own", id)
	id, err = l.Publish(t.Context(), Event{})
	assert.NoError(t, err)
	assert.Equal(t, "2", id)
}

func TestALogUnderManyPublishersAndReceivers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewEventLog(&EventLogOptions{Queue: 3, Policy: Block})
		visits := make([]visit, 10)
		for i := range visits {
			visits[i] = join(t, l, "", nil)
		}
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() { publish(t, l, 50) })
		}
		all.Wait()
		synctest.Wait()
		for i, v := range visits {
			assert.Equal(t, numbers(1, 500), v.seen(), fmt.Sprint(i))
		}
	})
}
