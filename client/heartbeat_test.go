package client

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// beating answers each heartbeat unless the server is dead.
func beating(n *network, dead func() bool) {
	n.setup = func(_ int, w *wire) {
		w.onSend = func(m string) error {
			if m == "ping" && !dead() {
				w.arrive("pong")
			}
			return nil
		}
	}
}

func pingPong() *Options {
	o := again()
	o.Heartbeat = &Heartbeat{
		Message: Text("ping"), Answer: func(m Message) bool { return string(m.Data) == "pong" },
		Interval: 20 * time.Second, Timeout: 5 * time.Second,
	}
	return o
}

func TestAHeartbeatIsSentAfterASilence(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		beating(n, func() bool { return false })
		c := connected(t, n, pingPong())
		time.Sleep(61 * time.Second)
		assert.Equal(t, []string{"ping", "ping", "ping"}, n.wire(t, 1).got())
		for range 10 {
			n.wire(t, 1).arrive("news")
			time.Sleep(10 * time.Second)
		}
		assert.Len(t, n.wire(t, 1).got(), 3, "whatever arrives proves the server alive")
		for range 10 {
			assert.Equal(t, "news", receiveText(t, c), "answers are not for the program")
		}
	})
}

func TestAServerThatAnswersNothingAfterThe101(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n, told := &network{}, &changes{}
		beating(n, func() bool { return true })
		o := pingPong()
		o.OnState = told.add
		connected(t, n, o)
		time.Sleep(25*time.Second + time.Millisecond)
		assert.Equal(t, []CloseCode{CloseGoingAway}, n.wire(t, 1).closed())
		all := told.list()
		assert.Equal(t, Reconnecting, all[1].To)
		assert.EqualError(t, all[1].Err, "client: connection lost: 1006 (abnormal closure): nothing has arrived within 5s of a heartbeat")
		time.Sleep(tooLate)
		assert.Equal(t, 2, n.dials())
	})
}

func TestAHeartbeatWithoutReconnectEndsTheConn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		beating(n, func() bool { return true })
		o := pingPong()
		o.Reconnect = nil
		c := connected(t, n, o)
		_, err := c.Receive(t.Context())
		var closed *CloseError
		require.ErrorAs(t, err, &closed)
		assert.Equal(t, CloseAbnormal, closed.Code)
	})
}

func TestAProgramThatReceivesNothingIsNoDeadServer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{}
		o := pingPong()
		o.MaxMessageSize, o.MaxBuffered = 10, 20
		c := connected(t, n, o)
		for range 10 {
			n.wire(t, 1).arrive("data")
		}
		time.Sleep(time.Hour)
		assert.Empty(t, n.wire(t, 1).closed())
		for range 10 {
			receiveText(t, c)
		}
	})
}

func TestTheDefaultAnswerIsTheMessageItself(t *testing.T) {
	h := (&Heartbeat{Message: Text("♥")}).withDefaults()
	assert.True(t, h.answers(transport.Message{Type: transport.Text, Data: []byte("♥")}))
	assert.False(t, h.answers(transport.Message{Type: transport.Binary, Data: []byte("♥")}))
	assert.False(t, h.answers(transport.Message{Type: transport.Text}))
	assert.Equal(t, 25*time.Second, h.Interval)
	assert.Equal(t, 10*time.Second, h.Timeout)
}

func TestAHeartbeatThatCannotBeSentIsRefused(t *testing.T) {
	_, err := connect(t.Context(), "ws://h", &Options{Heartbeat: &Heartbeat{}}, (&network{}).world())
	assert.ErrorIs(t, err, ErrMessageType)
}
