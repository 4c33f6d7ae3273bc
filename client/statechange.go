package client

import (
	"sync"
	"time"

	"github.com/amphiwire/amphiwire/internal/notify"
)

// A StateChange tells what became of a connection, and why. From never equals
// To: while a Conn is Reconnecting, dials that fail change nothing, and
// [Trace].Retry tells of each.
type StateChange struct {
	// From is the state before.
	From State
	// To is the new state.
	To State
	// Err is the cause: for Reconnecting, why the connection ended; for
	// Closed, what Receive returns, or why Connect failed. Nil for Connected
	// and Closing.
	Err error
	// Attempt counts the dials since the last connection that was stable, or
	// since Connect, from 1: for Reconnecting, the one that comes next; for
	// Connected, the one that succeeded. 0 for Closing and Closed.
	Attempt int
	// RetryIn is, for Reconnecting, how long Conn waits before that dial.
	RetryIn time.Duration
}

// states keeps the state of a Conn and tells OnState of its changes.
type states struct {
	mu      sync.Mutex
	now     State
	tell    func(StateChange)
	changes notify.Notifier
}

// set makes a change, unless it is none, or what it would change is over: after
// Closing comes Closed alone, and after Closed nothing.
func (s *states) set(c StateChange) {
	s.mu.Lock()
	if s.now != c.To && s.now != Closed && (s.now != Closing || c.To == Closed) {
		c.From, s.now = s.now, c.To
		if s.tell != nil {
			s.changes.Call(func() { s.tell(c) })
		}
	}
	s.mu.Unlock()
}

// state is the last one that was set.
func (s *states) state() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}
