//go:build js

package transport

import "runtime"

// A mutex is what a sync.Mutex is, for the one thread of js/wasm and without
// its eight calls for each message. A goroutine gives the thread up where it
// waits, and also where it allocates, to wait for the collector: as Push may.
// Then who comes lets others run until it has gone on.
type mutex struct{ locked bool }

func (m *mutex) Lock() {
	for m.locked {
		runtime.Gosched()
	}
	m.locked = true
}

func (m *mutex) Unlock() { m.locked = false }
