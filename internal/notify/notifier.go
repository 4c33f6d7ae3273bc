// Package notify makes calls without waiting for them.
package notify

import "sync"

// A Notifier makes one call after the other: in order, one at a time, from a
// goroutine that is there only while there is a call to make. So a slow
// function, or one that waits for a message, holds up nothing.
type Notifier struct {
	mu      sync.Mutex
	pending []func()
	calling bool
}

// Call has f called. It never waits for it, so it may be called with a mutex
// held that f takes: then the calls have the order of the changes that the
// mutex guards.
func (n *Notifier) Call(f func()) {
	n.mu.Lock()
	n.pending = append(n.pending, f)
	if !n.calling {
		n.calling = true
		go n.run()
	}
	n.mu.Unlock()
}

// run makes the calls until none is left to make.
func (n *Notifier) run() {
	for {
		n.mu.Lock()
		if len(n.pending) == 0 {
			n.calling = false
			n.mu.Unlock()
			return
		}
		f := n.pending[0]
		n.pending = n.pending[1:]
		n.mu.Unlock()
		f()
	}
}
