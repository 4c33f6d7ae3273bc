package conformance

import (
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/require"
)

// A replayer is an application that survives lost connections by the protocol
// of /ws/replay: it numbers its messages, and asks which number the other side
// has got when it is connected again, and when it is told that a message was
// not sent. From there on it says everything again.
type replayer struct {
	how     client.SendOptions
	mu      sync.Mutex
	changed *sync.Cond
	n       tally
	total   int
	next    int  // the next number to send
	window  int  // how many may be sent before they come back
	resume  bool // it is to be asked which number the other side has
	asking  bool // the answer is awaited, before which there is no use in sending
	down    bool // a connection will come, and with it a reason to ask
	over    bool
}

func newReplayer(total int, how client.SendOptions) *replayer {
	r := &replayer{total: total, next: 1, window: inFlight, how: how}
	r.changed = sync.NewCond(&r.mu)
	return r
}

// inFlight is how many messages may be on their way.
const inFlight = 64

func (r *replayer) update(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
	r.changed.Broadcast()
}

// onState goes on talking when the connection is lost, so that there is
// something to queue, and asks when there is another.
func (r *replayer) onState(s client.StateChange) {
	r.update(func() {
		r.down = s.To == client.Reconnecting
		switch s.To {
		case client.Reconnecting:
			r.asking, r.window = false, inFlight+2*stormQueue
		case client.Connected:
			r.resume = true
		}
	})
}

// onDrop counts.
func (r *replayer) onDrop(m client.Message, err error) {
	r.update(func() {
		var doubt *client.InDoubtError
		if errors.As(err, &doubt) {
			r.n.inDoubt++
		} else {
			r.n.dropped++
		}
		r.lost(string(m.Data))
	})
}

// lost notes that text was not sent. A question is asked again; a message is a
// reason to ask, unless a question has been sent after it already.
func (r *replayer) lost(text string) {
	if isQuestion(text) || !r.asking {
		r.resume = r.resume || !r.down
	}
}

func isQuestion(text string) bool { return strings.HasPrefix(text, "resume ") }

// what returns the next thing to say, waiting for one; false: all is said.
func (r *replayer) what() (string, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		switch {
		case r.over:
			return "", false
		case r.resume:
			r.resume, r.asking = false, true
			r.n.calls++
			return "resume " + strconv.FormatInt(r.n.delivered, 10), true
		case !r.asking && r.next <= min(r.total, int(r.n.delivered)+r.window):
			r.next++
			r.n.calls++
			return strconv.Itoa(r.next-1) + " " + strings.Repeat("x", 40), true
		}
		r.changed.Wait()
	}
}

// send says what there is to say.
func (r *replayer) send(t *T, c *client.Conn) {
	for {
		text, ok := r.what()
		if !ok {
			return
		}
		r.outcome(t, text, c.SendWith(t.ctx, client.Text(text), r.how))
		queued := c.Stats().QueuedMessages
		r.update(func() { r.n.peakQueue = max(r.n.peakQueue, queued) })
	}
}

// outcome notes what Send returned. That it was nil says nothing yet: the
// message may be in the queue.
func (r *replayer) outcome(t *T, text string, err error) {
	var doubt *client.InDoubtError
	switch {
	case errors.As(err, &doubt):
		r.update(func() { r.n.inDoubt++; r.lost(text) })
	case errors.Is(err, client.ErrQueueFull), errors.Is(err, client.ErrNotConnected):
		r.update(func() { r.n.refused++; r.lost(text) })
	case err != nil:
		t.Errorf("Send of %.20q: %v", text, err)
	}
	if r.again() {
		time.Sleep(time.Millisecond) // the queue is full, and needs time to be sent
	}
}

// again reports whether a question was not let through.
func (r *replayer) again() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.resume && r.asking
}

// receive takes what comes back, until it is all.
func (r *replayer) receive(t *T, c *client.Conn) {
	defer r.update(func() { r.over = true })
	for received := 0; received < r.total; {
		m, err := c.Receive(t.ctx)
		require.NoError(t, err, "after %d messages", received)
		first, rest, _ := strings.Cut(string(m.Data), " ")
		if first == "have" {
			r.answered(t, rest)
			continue
		}
		n, err := strconv.Atoi(first)
		require.NoError(t, err)
		require.LessOrEqual(t, n, received+1, "a message was lost silently")
		if n == received+1 {
			received = n
			r.update(func() { r.n.delivered++ })
		}
	}
}

// answered goes back to the number after the one that the other side has.
func (r *replayer) answered(t *T, number string) {
	n, err := strconv.Atoi(number)
	require.NoError(t, err)
	r.update(func() {
		r.n.again += int64(max(r.next-n-1, 0))
		r.next, r.window, r.asking = n+1, inFlight, false
	})
}

// tally is called when all is over.
func (r *replayer) tally(s client.Stats) *tally {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.n
	n.sent = s.MessagesSent
	return &n
}
