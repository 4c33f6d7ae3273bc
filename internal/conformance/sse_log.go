package conformance

import (
	"strings"
	"time"

	"github.com/amphiwire/amphiwire/sse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// logRows show a stream and a server that keeps the last events: what was
// missed is sent again, and the program is told if it cannot be.
func logRows() []Row {
	gap := func(id string) sse.Event { return sse.Event{Type: "gap", Data: id, LastEventID: id} }
	return []Row{
		{Name: "log/what was missed is sent again", Run: func(t *T) {
			key := t.publish("keep", "5", "before", "5")
			s := t.open(&sse.Options{LastEventID: "3"}, "log", "key", key)
			for _, want := range counted(4, 5) {
				assert.Equal(t, want, t.event(s))
			}
		}},
		{Name: "log/a gap is an event if what was missed is not kept", Run: func(t *T) {
			key := t.publish("keep", "3", "before", "10")
			s := t.open(&sse.Options{LastEventID: "2"}, "log", "key", key)
			assert.Equal(t, gap("2"), t.event(s))
			for _, want := range counted(8, 10) {
				assert.Equal(t, want, t.event(s))
			}
		}},
		{Name: "log/a gap is an event for a stream that goes on by itself", Run: func(t *T) {
			// What EventStream's end makes a stream lose is published meanwhile.
			key := t.publish("keep", "2", "before", "1")
			opts := &sse.Options{LastEventID: "1", Reconnect: sse.Reconnect{Delay: time.Millisecond, MinDelay: -1},
				IdleTimeout: 300 * time.Millisecond}
			s := t.open(opts, "log", "key", key, "before", "5")
			assert.Equal(t, gap("1"), t.event(s))
			assert.Equal(t, counted(5, 6), []sse.Event{t.event(s), t.event(s)})
			assert.Equal(t, gap("6"), t.event(s), "after the silence")
			assert.Equal(t, counted(10, 11), []sse.Event{t.event(s), t.event(s)})
		}},
		{Name: "log/every stream gets every event", Run: func(t *T) {
			key := t.publish("before", "1")
			a, b := t.open(nil, "log", "key", key), t.open(nil, "log", "key", key)
			t.publishTo(key, "after", "3")
			for _, s := range []*sse.Stream{a, b} {
				for _, want := range counted(2, 4) {
					assert.Equal(t, want, t.event(s))
				}
			}
		}},
		{Name: "log/a stream that does not receive holds up no other", Run: func(t *T) {
			key := t.publish("queue", "10", "keep", "0", "before", "1")
			slow, quick := t.open(nil, "log", "key", key), t.open(nil, "log", "key", key)
			const last = "301"
			published := make(chan struct{})
			go func() {
				defer close(published)
				t.publishTo(key, "after", "300", "size", "65536")
			}()
			for t.event(quick).LastEventID != last {
			}
			await(t, published)
			require.NoError(t, slow.Close())
		}},
	}
}

// publish makes a log with a key of its own, and returns the key.
func (t *T) publish(query ...string) (key string) {
	t.Helper()
	key = unique()
	t.publishTo(key, query...)
	return key
}

// publishTo makes a request for a log that publishes and does not listen.
func (t *T) publishTo(key string, query ...string) {
	s, err := sse.Connect(t.ctx, t.sse("log", append([]string{"key", key, "listen", "0"}, query...)...), nil)
	if err == nil {
		_ = s.Close()
	}
	if !assert.Error(t, err) || !strings.Contains(err.Error(), "EOF") { // an answer of 204
		t.Errorf("nothing was published: %v", err)
	}
}
