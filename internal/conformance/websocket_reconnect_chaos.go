package conformance

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// chaosRows show that nothing is lost silently on a network that breaks again
// and again. With AMPHIWIRE_SOAK, a duration, the row goes on for so long.
func chaosRows() []Row {
	return []Row{{Name: "reconnect/chaos: every message is delivered once and in order, or reported", Run: func(t *T) {
		messages, cuts := 5000, 100
		if onJS { // a browser waits longer before each dial that follows a failed one
			messages, cuts = 400, 5
		}
		soak, _ := time.ParseDuration(os.Getenv("AMPHIWIRE_SOAK"))
		for until := time.Now().Add(soak); ; {
			ctx, cancel := context.WithTimeout(t.Context(), 3*patience)
			t.chaos(ctx, messages, cuts)
			cancel()
			if !time.Now().Before(until) {
				return
			}
		}
	}}}
}

// A replayer is an application that survives lost connections by the protocol
// of /ws/replay: it numbers its messages, and when it is connected again it
// asks for the numbers of the other side.
type replayer struct {
	mu       sync.Mutex
	changed  *sync.Cond
	total    int
	received int  // the last message that came back, in order
	next     int  // the next one to send
	resume   bool // the other side's number is to be asked for
	over     bool

	attempts, inDoubt, dropped, again, queue atomic.Int64
}

// chaos sends messages through a proxy that cuts at random offsets, until all
// have come back.
func (t *T) chaos(ctx context.Context, messages, minCuts int) {
	p := t.proxy("cut", "4000")
	r := &replayer{total: messages, next: 1}
	r.changed = sync.NewCond(&r.mu)
	o := &client.Options{
		CloseTimeout: time.Second,
		Reconnect:    &client.Reconnect{FirstDelay: -1, BaseDelay: time.Millisecond, MaxDelay: 5 * time.Millisecond, StablePeriod: -1},
		SendQueue:    client.SendQueue{MaxMessages: 16, OnDrop: r.onDrop},
		OnState:      r.onState,
	}
	// The handshake, too, may be cut.
	var c *client.Conn
	t.eventually("connected", func() bool {
		var err error
		c, err = client.Connect(ctx, p.URL+"/ws/replay?key="+unique(), o)
		return err == nil
	})
	defer c.Close()
	sending := make(chan struct{})
	go func() { defer close(sending); r.send(ctx, c) }()
	r.receive(t, ctx, c)
	<-sending
	t.eventually("the queue is empty", func() bool { return c.Stats().QueuedMessages == 0 && c.State() == client.Connected })
	goroutines := runtime.NumGoroutine()
	require.NoError(t, c.Close())
	p.command("status")
	s := c.Stats()
	t.Logf("seed %d: %d cuts, %d sent, %d delivered, %d dropped, %d in doubt, %d sent again, peak queue %d, %d goroutines",
		p.Seed, p.Cuts, s.MessagesSent, r.received, r.dropped.Load(), r.inDoubt.Load(), r.again.Load(), r.queue.Load(), goroutines)
	assert.Equal(t, messages, r.received)
	assert.GreaterOrEqual(t, p.Cuts, minCuts)
	assert.Equal(t, r.attempts.Load(), s.MessagesSent+r.dropped.Load()+r.inDoubt.Load(), "what was sent, dropped and in doubt adds up")
}

// onDrop counts. What asks for the other side's number must not get lost: it is
// asked again.
func (r *replayer) onDrop(m client.Message, err error) {
	if strings.HasPrefix(string(m.Data), "resume") {
		r.update(func() { r.resume = true })
	}
	var doubt *client.InDoubtError
	if errors.As(err, &doubt) {
		r.inDoubt.Add(1)
		return
	}
	r.dropped.Add(1)
}

func (r *replayer) onState(s client.StateChange) {
	if s.To == client.Connected {
		r.update(func() { r.resume = true })
	}
}

func (r *replayer) update(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
	r.changed.Broadcast()
}

// window is how many messages may be on their way.
const window = 64

// what returns the next thing to say, waiting for one; false: all is said.
func (r *replayer) what() (string, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		switch {
		case r.over:
			return "", false
		case r.resume:
			r.resume = false
			return "resume " + strconv.Itoa(r.received), true
		case r.next <= min(r.total, r.received+window):
			r.next++
			return strconv.Itoa(r.next-1) + " " + strings.Repeat("x", 40), true
		}
		r.changed.Wait()
	}
}

// send says what there is to say.
func (r *replayer) send(ctx context.Context, c *client.Conn) {
	for {
		text, ok := r.what()
		if !ok {
			return
		}
		r.attempts.Add(1)
		var doubt *client.InDoubtError
		switch err := c.Send(ctx, client.Text(text)); {
		case errors.As(err, &doubt):
			r.inDoubt.Add(1)
		case err != nil:
			r.dropped.Add(1)
		}
		if n := c.Stats().QueuedMessages; n > r.queue.Load() {
			r.queue.Store(n)
		}
	}
}

// receive takes what comes back, until it is all.
func (r *replayer) receive(t *T, ctx context.Context, c *client.Conn) {
	defer r.update(func() { r.over = true })
	for r.received < r.total {
		m, err := c.Receive(ctx)
		require.NoError(t, err, "after %d messages", r.received)
		first, rest, _ := strings.Cut(string(m.Data), " ")
		if first == "have" {
			n, err := strconv.Atoi(rest)
			require.NoError(t, err)
			r.update(func() {
				r.again.Add(int64(max(r.next-n-1, 0)))
				r.next = n + 1
			})
			continue
		}
		n, err := strconv.Atoi(first)
		require.NoError(t, err)
		require.LessOrEqual(t, n, r.received+1, "a message was lost silently")
		if n == r.received+1 {
			r.update(func() { r.received = n })
		}
	}
}
