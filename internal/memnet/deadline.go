package memnet

import (
	"sync"
	"time"
)

// deadline is a point in time after which calls fail. The mutex of the pair
// is held in every method but expire.
//
// Its timer is made once and set again, as often as there is a new deadline:
// a connection that sets one for each call does not allocate for it.
type deadline struct {
	changed *sync.Cond
	at      time.Time // zero: none
	passed  bool
	timer   *time.Timer
}

// set replaces the deadline; the zero time means none. A time that has come
// takes effect before set returns.
func (d *deadline) set(t time.Time) {
	d.stop()
	if !t.IsZero() {
		// at is on the monotonic clock, as the timer is: a test may set the
		// deadline to a time that it has parsed or rounded.
		wait := time.Until(t)
		d.at = time.Now().Add(wait)
		if d.passed = wait <= 0; !d.passed {
			d.start(wait)
		}
	}
	d.changed.Broadcast()
}

func (d *deadline) start(wait time.Duration) {
	if d.timer == nil {
		d.timer = time.AfterFunc(wait, d.expire)
	} else {
		d.timer.Reset(wait)
	}
}

// expire is called by the timer. It may come too late: when it gets the lock,
// the deadline that it belongs to may have been replaced by a later one.
func (d *deadline) expire() {
	d.changed.L.Lock()
	defer d.changed.L.Unlock()
	if !d.at.IsZero() && time.Until(d.at) <= 0 {
		d.passed = true
		d.changed.Broadcast()
	}
}

// stop removes the deadline.
func (d *deadline) stop() {
	d.at, d.passed = time.Time{}, false
	if d.timer != nil {
		d.timer.Stop()
	}
}
