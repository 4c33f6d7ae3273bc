//go:build js

package browser

import (
	"context"
	"sync"
	"syscall/js"
)

// A waiter lets a goroutine wait for the promises of one fetch, one after the
// other, with one pair of callbacks. Stopping it aborts the fetch, which
// rejects a promise that is pending; only after that nothing can call the
// callbacks any more, and they are released.
//
// No JavaScript is called under its mutex.
type waiter struct {
	controller js.Value
	ok, failed *callback
	outcome    chan outcome  // of the last promise; has room for it
	stopped    chan struct{} // closed by stop

	mu      sync.Mutex
	pending bool
	over    bool // stop was called
}

// An outcome is what a promise was fulfilled with or why it was rejected.
type outcome struct {
	value js.Value
	err   error
}

func newWaiter(controller js.Value) *waiter {
	w := &waiter{controller: controller, outcome: make(chan outcome, 1), stopped: make(chan struct{})}
	threw := func(err error) { w.settle(outcome{err: err}) }
	w.ok = newCallback(func(args []js.Value) { w.settle(outcome{value: args[0]}) }, threw)
	w.failed = newCallback(func(args []js.Value) { w.settle(outcome{err: newError(args[0])}) }, threw)
	return w
}

// start calls promise and listens to what it returns. If that throws, it is
// the outcome. After stop it does nothing.
func (w *waiter) start(promise func() js.Value) {
	w.mu.Lock()
	over := w.over
	w.pending = !over
	w.mu.Unlock()
	if over {
		return
	}
	if err := try(func() { promise().Call("then", w.ok.Value, w.failed.Value) }); err != nil {
		w.settle(outcome{err: err})
	}
}

// settle is called once for each start.
func (w *waiter) settle(o outcome) {
	w.mu.Lock()
	w.pending = false
	over := w.over
	w.mu.Unlock()
	if over {
		w.release()
		return
	}
	w.outcome <- o // there is room: settled takes each outcome before the next start
}

// settled waits for the outcome, stop or the end of ctx.
func (w *waiter) settled(ctx context.Context) (js.Value, error) {
	select {
	case o := <-w.outcome:
		return o.value, o.err
	case <-w.stopped:
		return js.Undefined(), ErrClosed
	case <-ctx.Done():
		return js.Undefined(), context.Cause(ctx)
	}
}

// isStopped reports whether stop was called.
func (w *waiter) isStopped() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.over
}

// stop aborts the fetch. Calls after the first do nothing.
func (w *waiter) stop() {
	w.mu.Lock()
	first, pending := !w.over, w.pending
	w.over = true
	w.mu.Unlock()
	if !first {
		return
	}
	close(w.stopped)
	_ = try(func() { w.controller.Call("abort") })
	if !pending {
		w.release()
	}
}

// release is called once: by stop if no promise is pending, otherwise by the
// promise that is.
func (w *waiter) release() {
	w.ok.release()
	w.failed.release()
}
