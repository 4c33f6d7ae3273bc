//go:build js

package sse

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/amphiwire/amphiwire/internal/lean"
)

// maxPerHost is how many connections to a host a browser opens over HTTP/1.1.
// What is more waits until there is room, without a word to the program, and
// a stream makes room only when it ends.
const maxPerHost = 6

// crowd counts this program's open streams.
var crowd hosts

// hosts counts what is open at each host.
type hosts struct {
	mu   sync.Mutex
	open map[string]int
}

// enter counts one more at the host of url until leave is called, once.
func (h *hosts) enter(url string) (leave func()) {
	host := hostOf(url)
	h.add(host, 1)
	var left atomic.Bool
	return func() {
		if left.CompareAndSwap(false, true) {
			h.add(host, -1)
		}
	}
}

func (h *hosts) add(host string, n int) {
	h.mu.Lock()
	if h.open == nil {
		h.open = make(map[string]int)
	}
	if h.open[host] += n; h.open[host] == 0 {
		delete(h.open, host)
	}
	h.mu.Unlock()
}

// explain returns err, which ended an attempt to open url, with what may have
// been the matter if it was ctx that ended it.
func (h *hosts) explain(ctx context.Context, url string, err error) error {
	h.mu.Lock()
	open := h.open[hostOf(url)]
	h.mu.Unlock()
	if ctx.Err() == nil || open < maxPerHost {
		return err
	}
	return &crowdedError{err}
}

// hostOf is the host of a URL that has been checked, with its port.
func hostOf(url string) string {
	_, rest, _ := lean.Cut(url, "://")
	if end := lean.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return lean.Lower(rest)
}

// A crowdedError is the end of a context while a host has as many streams as a
// browser opens.
type crowdedError struct{ error }

func (e *crowdedError) Error() string {
	return e.error.Error() + ", and six streams to this host are open, which is all that a browser opens over HTTP/1.1"
}

func (e *crowdedError) Unwrap() error { return e.error }
