//go:build js

package browser

import (
	"math/bits"
	"sync"
	"syscall/js"
)

// A scratch is JavaScript memory through which outgoing bytes pass: send and
// decode copy what they are given before they return, so it is free again at
// once. All WebSockets share one, which has room for the longest message so
// far, as Go's own memory has, which never shrinks either. It is not detached
// to get rid of it: Node's WebSocket looks later at how long a view was that it
// was given, and counts what it has sent by that.
//
// Its mutex is held while JavaScript copies; nothing there calls Go back.
type scratch struct {
	mu    sync.Mutex
	array js.Value // Uint8Array of size bytes
	size  int
}

// minScratch is in bytes.
const minScratch = 4 << 10

var outgoing scratch

// with calls f with a Uint8Array that begins with p.
func (s *scratch) with(p []byte, f func(array js.Value)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(p) > s.size || s.size == 0 {
		s.size = max(minScratch, 1<<bits.Len(uint(len(p))))
		s.array = uint8Array.get().New(s.size)
	}
	js.CopyBytesToJS(s.array, p)
	f(s.array)
}
