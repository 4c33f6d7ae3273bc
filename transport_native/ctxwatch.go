package native

import "context"

// A ctxWatch calls a function when a context ends. It stays with the context
// until it is set to another: programs tend to pass the same context to one
// call after the other, and registering anew each time would cost four
// allocations a message.
type ctxWatch struct {
	done <-chan struct{}
	stop func() bool
}

// differs reports whether ctx can end and is not the one watched. It keeps the
// caller from allocating a function that is not needed.
func (w *ctxWatch) differs(ctx context.Context) bool {
	done := ctx.Done()
	return done != nil && done != w.done
}

// set watches ctx. f may still be called after the call that it was meant for
// has returned, so it must check.
func (w *ctxWatch) set(ctx context.Context, f func()) {
	w.clear()
	w.done, w.stop = ctx.Done(), context.AfterFunc(ctx, f)
}

// clear lets go of the context.
func (w *ctxWatch) clear() {
	if w.stop != nil {
		w.stop()
	}
	w.done, w.stop = nil, nil
}
