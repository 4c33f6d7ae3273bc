package memnet

import (
	"sync"
	"time"
)

// deadline is a point in time after which calls fail. The mutex of the pair
// is held in every method.
type deadline struct {
	changed *sync.Cond
	passed  bool
	timer   *time.Timer
	current int // tells a timer that was stopped too late that it is out of date
}

// set replaces the deadline; the zero time means none. A time that has come
// takes effect before set returns.
func (d *deadline) set(t time.Time) {
	d.stop()
	d.passed = !t.IsZero() && time.Until(t) <= 0
	if !t.IsZero() && !d.passed {
		mine := d.current
		d.timer = time.AfterFunc(time.Until(t), func() { d.expire(mine) })
	}
	d.changed.Broadcast()
}

func (d *deadline) expire(mine int) {
	d.changed.L.Lock()
	defer d.changed.L.Unlock()
	if d.current == mine {
		d.passed = true
		d.changed.Broadcast()
	}
}

// stop keeps the timer from expiring.
func (d *deadline) stop() {
	d.current++
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
}
