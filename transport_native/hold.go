package native

import (
	"sync/atomic"
	"time"
)

const (
	// holdGrace is how long a program may be busy with the message that it has
	// received last.
	holdGrace = 250 * time.Millisecond
	// holdLimit is how long all of that may take. Whether anybody receives or
	// not, the end is noticed then.
	holdLimit = time.Second
)

// hold lets a program answer what came before the end of the connection. It may
// be busy with a message when the pump meets a Close frame, or a violation,
// that came after it. To end the connection then would refuse the answer,
// depending on who is faster.
type hold struct {
	phase  atomic.Uint32
	asking atomic.Int32  // calls of Receive that have found nothing
	over   atomic.Bool   // there will be no answer
	news   chan struct{} // of the above, in phase isHeld
}

// The phases of a hold.
const (
	noneHanded uint32 = iota // the program has received nothing
	someHanded
	isHeld // the end is being held back
)

// handed notes that a message is about to be handed to the program. It is
// called for each, so it is to be inlined.
func (h *hold) handed() {
	if h.phase.Load() != someHanded {
		h.note()
	}
}

func (h *hold) note() {
	h.phase.CompareAndSwap(noneHanded, someHanded)
	h.tell()
}

// ask notes that the program asks for more than there is, until done.
func (h *hold) ask() (done func()) {
	h.asking.Add(1)
	h.tell()
	return func() { h.asking.Add(-1) }
}

// end makes an end that is held back the end, and reports whether one is.
func (h *hold) end() bool {
	h.over.Store(true)
	h.tell()
	return h.phase.Load() == isHeld
}

func (h *hold) tell() {
	if h.phase.Load() != isHeld {
		return
	}
	select {
	case h.news <- struct{}{}:
	default: // it will be looked at all the same
	}
}

// holdBack waits, before the connection is ended with err, until the program
// has received what came before and asks for more, or has had the time to. The
// pump calls it, which holds the role. What ends without a closing handshake is
// not held back: no answer would arrive.
func (c *Conn) holdBack(err error) {
	code, _ := answer(c.ending(err))
	if code == 1006 || c.hold.phase.Load() == noneHanded && !c.in.Ready() {
		return
	}
	c.alive.stop()
	c.hold.phase.Store(isHeld)
	defer c.hold.phase.Store(someHanded)
	limit, grace := time.NewTimer(holdLimit), time.NewTimer(holdGrace)
	defer limit.Stop()
	defer grace.Stop()
	for {
		if c.hold.over.Load() || !c.in.Ready() && c.hold.asking.Load() > 0 {
			return
		}
		select {
		case <-c.hold.news:
			grace.Reset(holdGrace)
		case <-grace.C:
			if !c.in.Ready() {
				return
			}
		case <-limit.C:
			return
		case <-c.end.over:
			return
		}
	}
}
