//go:build js

package browser

import (
	"math/bits"
	"sync"
	"syscall/js"
)

// A scratch is JavaScript memory through which outgoing bytes pass: send and
// decode copy what they are given before they return, so it is free again at
// once. All WebSockets share one.
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
	maxScratch = 1 << 20 // longer messages get memory of their own
	maxViews   = 64
)

var outgoing scratch

// with calls f with a Uint8Array that holds p.
func (s *scratch) with(p []byte, f func(view js.Value)) {
	if len(p) > maxScratch {
		array := uint8Array.get().New(len(p))
		js.CopyBytesToJS(array, p)
		f(array)
		free(array.Get("buffer"), len(p))
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	view := s.view(len(p))
	js.CopyBytesToJS(view, p)
	f(view)
}

// view returns the first n bytes. Making a view costs 4 µs, and programs send
// messages of few different lengths.
func (s *scratch) view(n int) js.Value {
	if v, ok := s.views[n]; ok {
		return v
	}
	if n > s.size || s.views == nil {
		s.size = max(minScratch, 1<<bits.Len(uint(n)))
		s.array = uint8Array.get().New(s.size)
		s.views = make(map[int]js.Value)
	}
	if len(s.views) == maxViews {
		clear(s.views)
	}
	v := s.array.Call("subarray", 0, n)
	s.views[n] = v
	return v
}

// SendBinary hands p to the platform and returns. p may be used again.
func (w *WebSocket) SendBinary(p []byte) error {
	return try(func() {
		outgoing.with(p, func(view js.Value) { w.send.Invoke(view) })
	})
}

// SendText does the same with a string of UTF-8. Bytes that are not UTF-8 are
// sent as U+FFFD.
func (w *WebSocket) SendText(p []byte) error {
	return try(func() {
		var s js.Value
		outgoing.with(p, func(view js.Value) { s = textDecoder.get().Invoke(view) })
		w.send.Invoke(s)
	})
}
