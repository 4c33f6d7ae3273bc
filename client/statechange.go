package client

import (
	"sync"
	"time"
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
	// Attempt counts the dials since the last connection that was stable,
	// from 1: for Reconnecting, the one that comes next; for Connected, the
	// one that succeeded. 0 for Closing and Closed.
	Attempt int
	// RetryIn is, for Reconnecting, how long Conn waits before that dial.
	RetryIn time.Duration
}

// states keeps the state of a Conn and tells OnState of its changes: in order,
// one call at a time, from a goroutine that is there only while there is
// something to tell. So a slow function, or one that waits for a message,
// holds up nothing.
type states struct {
	mu      sync.Mutex
	tell    func(StateChange)
	now     State
	pending []StateChange
	telling bool
}

// set makes a change, unless it is none, or what it would change is over: after
// Closing comes Closed alone, and after Closed nothing.
func (s *states) set(c StateChange) {
	s.mu.Lock()
	if s.now != c.To && s.now != Closed && (s.now != Closing || c.To == Closed) {
		c.From, s.now = s.now, c.To
		if s.tell != nil {
			s.pending = append(s.pending, c)
		}
		if len(s.pending) > 0 && !s.telling {
			s.telling = true
			go s.run()
		}
	}
	s.mu.Unlock()
}

// run makes the calls until none is left to make.
func (s *states) run() {
	for {
		s.mu.Lock()
		if len(s.pending) == 0 {
			s.telling = false
			s.mu.Unlock()
			return
		}
		c := s.pending[0]
		s.pending = s.pending[1:]
		s.mu.Unlock()
		s.tell(c)
	}
}

// state is the last one that was set.
func (s *states) state() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}
