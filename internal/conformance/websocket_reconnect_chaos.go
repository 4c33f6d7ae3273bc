package conformance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A storm is a way to send on a network that breaks again and again.
type storm struct {
	name   string
	policy client.QueuePolicy
	how    client.SendOptions
	loses  func(*tally) int64 // what must have been told at least once; nil: nothing must
}

// storms are all ways in which a message can fail to be sent.
func storms() []storm {
	dropped, refused := func(n *tally) int64 { return n.dropped }, func(n *tally) int64 { return n.refused }
	return []storm{
		{name: "a full queue blocks"},
		{name: "a full queue refuses", policy: client.Fail, loses: refused},
		{name: "a full queue drops the oldest", policy: client.DropOldest, loses: dropped},
		{name: "a full queue drops the newest", policy: client.DropNewest, loses: dropped},
		{name: "what waits too long is dropped", how: client.SendOptions{TTL: time.Millisecond}, loses: dropped},
		{name: "nothing is worth queueing", how: client.SendOptions{Volatile: true}, loses: refused},
	}
}

// chaosRows show that nothing is lost silently on a network that cuts at random
// offsets: an application that numbers its messages gets each of them through,
// in order, and knows of every Send what became of it. TestSoak does it for as
// long as AMPHIWIRE_SOAK says.
func chaosRows() (rows []Row) {
	for k, s := range storms() {
		messages, cuts := 5000, 100
		if k > 0 {
			messages, cuts = 1000, 20
		}
		rows = append(rows, Row{Name: "chaos/" + s.name + ", and the sum is exact", Run: func(t *T) {
			n := t.weather(s, messages)
			assert.GreaterOrEqual(t, n.cuts, int64(cuts))
			if s.loses != nil {
				assert.Positive(t, s.loses(n), "the row shows nothing")
			}
		}})
	}
	return rows
}

// A tally is what became of every call of Send in one round, or in many.
type tally struct {
	rounds, cuts, calls, sent, delivered, dropped, refused, inDoubt, again int64
	peakQueue, goroutines                                                  int64 // the most that there were
}

func (n *tally) String() string {
	return fmt.Sprintf("%d rounds, %d cuts, %d calls of Send = %d sent + %d dropped + %d refused + %d in doubt; %d delivered, %d sent again, peak queue %d, %d goroutines",
		n.rounds, n.cuts, n.calls, n.sent, n.dropped, n.refused, n.inDoubt, n.delivered, n.again, n.peakQueue, n.goroutines)
}

// add adds another round.
func (n *tally) add(m *tally) {
	n.rounds += m.rounds
	n.cuts += m.cuts
	n.calls += m.calls
	n.sent += m.sent
	n.delivered += m.delivered
	n.dropped += m.dropped
	n.refused += m.refused
	n.inDoubt += m.inDoubt
	n.again += m.again
	n.peakQueue = max(n.peakQueue, m.peakQueue)
	n.goroutines = max(n.goroutines, m.goroutines)
}

// stormQueue is how many messages a storm's queue holds: few, so that it is
// full when the network is down.
const stormQueue = 8

// weather sends messages through a proxy that cuts, until all have come back,
// and checks that the sum is exact. A round that fails prints the seed of the
// cuts, which AMPHIWIRE_SEED sets.
func (t *T) weather(s storm, messages int) *tally {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	t = &T{t.T, t.HTTP, t.WS, ctx}
	p := t.openProxy("cut", "4000", "seed", cmp.Or(os.Getenv("AMPHIWIRE_SEED"), "0"))
	defer p.close()
	defer func() {
		if t.Failed() {
			t.Logf("%s failed with AMPHIWIRE_SEED=%d", s.name, p.Seed)
		}
	}()
	r := newReplayer(messages, s.how)
	o := &client.Options{
		CloseTimeout: time.Second,
		Reconnect:    &client.Reconnect{FirstDelay: -1, BaseDelay: time.Millisecond, MaxDelay: 5 * time.Millisecond, StablePeriod: -1},
		SendQueue:    client.SendQueue{MaxMessages: stormQueue, Policy: s.policy, OnDrop: r.onDrop},
		OnState:      r.onState,
	}
	c := t.dialInto(p, o)
	defer c.Close()
	sending := make(chan struct{})
	go func() { defer close(sending); r.send(t, c) }()
	r.receive(t, c)
	<-sending
	goroutines := runtime.NumGoroutine()
	r.close(t, c)
	p.command("status")
	n := r.tally(c.Stats())
	n.rounds, n.cuts, n.goroutines = 1, int64(p.Cuts), int64(goroutines)
	t.Logf("%s, seed %d: %v", s.name, p.Seed, n)
	assert.EqualValues(t, messages, n.delivered)
	assert.Equal(t, n.calls, n.sent+n.dropped+n.refused+n.inDoubt, "every call of Send has had one outcome")
	return n
}

// dialInto connects through p, which may cut handshakes too.
func (t *T) dialInto(p *proxy, o *client.Options) (c *client.Conn) {
	t.Helper()
	url := p.URL + "/ws/replay?key=" + unique()
	t.eventually("connected", func() bool {
		var err error
		c, err = client.Connect(t.ctx, url, o)
		return err == nil
	})
	return c
}

// close closes c with what is still queued. Both the last messages and the
// closing handshake may be cut.
func (r *replayer) close(t *T, c *client.Conn) {
	t.Helper()
	left := c.Stats().QueuedMessages
	var undelivered *client.UndeliveredError
	if errors.As(c.Close(), &undelivered) {
		require.LessOrEqual(t, int64(len(undelivered.Unsent)+len(undelivered.InDoubt)), left)
	}
	assert.Zero(t, c.Stats().QueuedMessages)
}
