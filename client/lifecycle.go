package client

import (
	"sync"
	"sync/atomic"
)

// An event is something that tells that a connection may be dead, or that one
// can be made again. Events add up.
type event uint32

const (
	woken   event = 1 << iota // the network may be back
	suspect                   // the network may be gone
	hurry                     // Close wants to send what waits

	anything = woken | suspect | hurry
)

// A lifecycle is what is known of the page, or of the machine. Its methods are
// called by a browser's callbacks too, and never wait.
type lifecycle struct {
	changed chan struct{} // holds a value when there is something to look at
	mu      sync.Mutex
	events  event
	hidden  atomic.Bool
	unwatch func()
}

// notify adds an event.
func (y *lifecycle) notify(e event) {
	y.mu.Lock()
	y.events |= e
	y.mu.Unlock()
	signal(y.changed)
}

// take returns those events of which that came since the last call. Others stay
// for who can act on them.
func (y *lifecycle) take(which event) event {
	y.mu.Lock()
	e := y.events & which
	y.events &^= e
	y.mu.Unlock()
	return e
}

func (y *lifecycle) isHidden() bool { return y.hidden.Load() }

// watch starts to listen to the page, if there is one.
func (y *lifecycle) watch() { y.unwatch = watchPage(y.page) }

// page takes an event of the page, by its name. WHATWG HTML, section 7.4.6.4,
// "The pagehide and pageshow events": a page that has an open WebSocket is not
// kept for the way back, so it is closed before, and what was closed is
// dialled again.
func (y *lifecycle) page(name string) {
	switch name {
	case "pagehide":
		y.hidden.Store(true)
		y.notify(0)
	case "pageshow":
		y.hidden.Store(false)
		y.notify(woken)
	case "offline": // some systems say so when a VPN comes up
		y.notify(suspect)
	default: // online, visibilitychange, resume
		y.notify(woken)
	}
}

// wake says that the network may have changed.
func (s *session) wake() { s.lifecycle.notify(woken) }
