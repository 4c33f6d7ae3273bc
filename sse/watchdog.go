package sse

import "time"

// A watchdog calls a function when it has not been fed for a while. The zero
// value never does.
type watchdog struct {
	timer *time.Timer
	limit time.Duration
}

// newWatchdog starts a watchdog; a limit of 0 or less is none.
func newWatchdog(limit time.Duration, bark func()) watchdog {
	if limit <= 0 {
		return watchdog{}
	}
	return watchdog{timer: time.AfterFunc(limit, bark), limit: limit}
}

// feed starts the time anew.
func (w *watchdog) feed() {
	if w.timer != nil {
		w.timer.Reset(w.limit)
	}
}

// stop stops the time until the next feed.
func (w *watchdog) stop() {
	if w.timer != nil {
		w.timer.Stop()
	}
}
