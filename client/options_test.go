package client

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/transport"
)

func TestOptionsDefaults(t *testing.T) {
	want := &transport.Config{
		URL: "ws://host.test", MaxMessageSize: 1 << 20, MaxBuffered: 4 << 20, CloseTimeout: 5 * time.Second,
	}
	assert.Equal(t, want, (*Options)(nil).config("ws://host.test"))
	assert.Equal(t, want, (&Options{}).config("ws://host.test"))
}

func TestOptionsNegativeIsNone(t *testing.T) {
	c := (&Options{MaxMessageSize: -1, MaxBuffered: -1, CloseTimeout: -1}).config("")
	assert.EqualValues(t, int64(math.MaxInt64), c.MaxMessageSize)
	assert.EqualValues(t, int64(math.MaxInt64), c.MaxBuffered)
	assert.Positive(t, c.CloseTimeout)
	assert.Less(t, c.CloseTimeout, time.Microsecond)
}

func TestOptionsAreTaken(t *testing.T) {
	c := (&Options{MaxMessageSize: 10, MaxBuffered: 20, CloseTimeout: time.Second, Subprotocols: []string{"a"}}).config("ws://h")
	assert.Equal(t, &transport.Config{
		URL: "ws://h", Subprotocols: []string{"a"}, MaxMessageSize: 10, MaxBuffered: 20, CloseTimeout: time.Second,
	}, c)
}

func TestMaxBufferedFollowsMaxMessageSize(t *testing.T) {
	for size, want := range map[int64]int64{
		1:                 4 << 20,
		2 << 20:           4 << 20,
		3 << 20:           6 << 20,
		math.MaxInt64 / 2: 4 << 20,
		-1:                4 << 20,
	} {
		assert.Equal(t, want, (&Options{MaxMessageSize: size}).config("").MaxBuffered, "%d", size)
	}
}

// What a program does to its Options after Connect is not for the dials to
// come, which are made by another goroutine.
func TestOptionsAreTheProgramsAgainAfterConnect(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		beating(n, func() bool { return false })
		o := pingPong()
		o.Heartbeat.Answer = nil
		o.Subprotocols, o.Trace = []string{"chat"}, &Trace{}
		c := connected(t, n, o)
		o.Subprotocols[0], o.Heartbeat.Message.Data[0] = "other", '!'
		o.Heartbeat.Message = Text("other")
		o.Reconnect.FirstDelay = time.Hour
		o.Trace.Dial = func(TraceDial) { t.Error("it had none") }
		n.wire(t, 1).lose()
		time.Sleep(tooLate)
		w := n.wire(t, 2)
		assert.Equal(t, []string{"chat"}, w.config.Subprotocols)
		w.arrive("other")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		m, err := c.Receive(ctx)
		require.NoError(t, err, "it is no answer to a heartbeat")
		assert.Equal(t, "other", string(m.Data))
		time.Sleep(tooLate + 20*time.Second)
		assert.Equal(t, []string{"ping"}, w.got())
	})
}
