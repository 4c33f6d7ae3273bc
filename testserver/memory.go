package testserver

import (
	"crypto/sha256"
	"sync"
)

// A memory remembers one value for each key that requests name. It forgets
// the oldest key when there are too many, and keeps the hash of a key rather
// than the key: a key may be a whole query of a megabyte.
type memory[V any] struct {
	mu     sync.Mutex
	values map[[sha256.Size]byte]V
	order  [][sha256.Size]byte
}

// update replaces the value of key, the zero value if key is new, by what f
// makes of it, and returns the new value. f must not call the memory.
func (m *memory[V]) update(key string, f func(V) V) V {
	sum := sha256.Sum256([]byte(key))
	m.mu.Lock()
	defer m.mu.Unlock()
	old, known := m.values[sum]
	if !known {
		m.add(sum)
	}
	m.values[sum] = f(old)
	return m.values[sum]
}

// add makes room for a new key, at the cost of the one that came first. That a
// key was used again does not save it: tests use theirs for seconds.
func (m *memory[V]) add(sum [sha256.Size]byte) {
	if m.values == nil {
		m.values = map[[sha256.Size]byte]V{}
	}
	if len(m.order) == maxStreams {
		delete(m.values, m.order[0])
		m.order = m.order[1:]
	}
	m.order = append(m.order, sum)
}
