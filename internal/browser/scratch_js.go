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
	views map[int]js.Value // of array's first bytes, by length
}

// Sizes in bytes, and a count.
const (
	minScratch = 4 << 10
	maxViews   = 64
)

var outgoing scratch

// with calls f with a Uint8Array that holds p.
func (s *scratch) with(p []byte, f func(view js.Value)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	view := s.view(len(p))
	js.CopyBytesToJS(view, p)
	f(view)
}

// view returns the first n bytes. Making a view costs 4 µs, and programs send
// messages of few different lengths.
func (s *scratch) view(n int) js.Value {
	if v := s.views[n]; !v.IsUndefined() {
		return v
	}
	if n > s.size || s.views == nil {
		s.size = max(minScratch, 1<<bits.Len(uint(n)))
		s.array = uint8Array.get().New(s.size)
		s.views = make(map[int]js.Value)
	}
	if len(s.views) == maxViews {
		s.views = make(map[int]js.Value) // clear would link what empties a map
	}
	v := s.array.Call("subarray", 0, n)
	s.views[n] = v
	return v
}

// sendBinary copies p to JavaScript, from where send takes it.
func (p *plain) sendBinary(data []byte) {
	outgoing.with(data, func(view js.Value) { p.send.Invoke(view) })
}

func (p *plain) sendText(data []byte) {
	var s js.Value
	outgoing.with(data, func(view js.Value) { s = textDecoder.get().Invoke(view) })
	p.send.Invoke(s)
}
