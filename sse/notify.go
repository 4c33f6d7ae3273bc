package sse

import (
	"sync"

	"github.com/amphiwire/amphiwire/internal/notify"
)

// states keeps a Stream's state and tells OnState of its changes.
type states struct {
	mu      sync.Mutex
	now     State
	tell    func(StateChange)
	changes notify.Notifier
}

// set makes a change unless the Stream has ended.
func (s *states) set(c StateChange) {
	s.mu.Lock()
	if s.now != Closed {
		s.now = c.State
		if s.tell != nil {
			s.changes.Call(func() { s.tell(c) })
		}
	}
	s.mu.Unlock()
}

// state is the last state that was set.
func (s *states) state() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}
