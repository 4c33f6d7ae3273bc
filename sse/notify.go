package sse

import "sync"

// states keeps a Stream's state and tells OnState of its changes: in order,
// one call at a time, from a goroutine that is there only while there is
// something to tell. So a slow function, or one that waits for an event, holds
// up nothing.
type states struct {
	mu      sync.Mutex
	tell    func(StateChange)
	now     State
	pending []StateChange
	telling bool
}

// set makes a change unless the Stream has ended.
func (s *states) set(c StateChange) {
	s.mu.Lock()
	if s.now != Closed {
		s.now = c.State
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

// state is the last state that was set.
func (s *states) state() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}
