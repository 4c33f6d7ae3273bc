//go:build js

package sse

import (
	"context"
	"errors"
	"sync"

	"github.com/amphiwire/amphiwire/internal/browser"
)

// maxUnread is how many bytes of events may wait before an EventSource is
// given up. It has no way to make the server wait.
const maxUnread = 16 << 20

var errUnread = errors.New("over 16 MiB of events wait to be received, and a browser's EventSource cannot wait for that")

// An eventSource is the platform's EventSource as an eventReader.
//
// Its mutex is held for a few statements that neither wait nor call
// JavaScript: events, which come on the event loop, must not wait.
type eventSource struct {
	source *browser.EventSource

	mu      sync.Mutex
	notices []notice
	unread  int           // the size of notices
	err     error         // what follows them
	wake    chan struct{} // one signal for next
}

// openEventSource makes an EventSource and waits until it is open. Before
// that, an error event is the end of it even if it would try again: only then
// its first connection fails as any other does.
func openEventSource(ctx context.Context, r *request) (*response, error) {
	e := &eventSource{wake: make(chan struct{}, 1)}
	stop := context.AfterFunc(ctx, func() { e.fail(context.Cause(ctx)) })
	defer stop()
	var err error
	if e.source, err = browser.NewEventSource(r.url, r.withCredentials, r.types, e); err != nil {
		return nil, &finalError{err}
	}
	first, err := e.next()
	if err == nil && first.kind != noticeOpen {
		err = errLost
	}
	if err != nil {
		e.Close()
		return nil, err
	}
	return &response{status: 200, url: r.url, events: e}, nil
}

// next implements eventReader.
func (e *eventSource) next() (notice, error) {
	for {
		if n, ok, err := e.pop(); ok {
			return n, err
		}
		<-e.wake
	}
}

// pop returns the oldest notice, or the error if none waits; ok is false when
// there is neither.
func (e *eventSource) pop() (n notice, ok bool, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.notices) == 0 {
		return notice{}, e.err != nil, e.err
	}
	n = e.notices[0]
	e.notices[0] = notice{}
	e.notices = e.notices[1:]
	e.unread -= sizeOf(&n.event)
	return n, true, nil
}

// push adds a notice unless too much waits already: then the platform is to
// receive no more, however long it takes until next says so.
func (e *eventSource) push(n notice) {
	e.mu.Lock()
	tooMuch := e.unread > maxUnread && e.err == nil
	if tooMuch {
		e.err = errUnread
	}
	if e.err == nil {
		e.unread += sizeOf(&n.event)
		e.notices = append(e.notices, n)
	}
	e.mu.Unlock()
	if tooMuch {
		e.source.Close()
	}
	signal(e.wake)
}

// fail makes err what next returns when it has returned what waits.
func (e *eventSource) fail(err error) {
	e.mu.Lock()
	if e.err == nil {
		e.err = err
	}
	e.mu.Unlock()
	signal(e.wake)
}

// Opened implements browser.EventSourceEvents.
func (e *eventSource) Opened() { e.push(notice{kind: noticeOpen}) }

// Event implements browser.EventSourceEvents.
func (e *eventSource) Event(typ, data, lastEventID string) {
	e.push(notice{kind: noticeEvent, event: Event{Type: typ, Data: data, LastEventID: lastEventID}})
}

// Failed implements browser.EventSourceEvents.
func (e *eventSource) Failed(closed bool, err error) {
	switch {
	case err != nil:
		e.fail(err)
	case closed:
		e.fail(errGaveUp)
	default:
		e.push(notice{kind: noticeLost})
	}
}

// Close implements eventReader.
func (e *eventSource) Close() error {
	e.fail(ErrClosed)
	e.source.Close()
	e.mu.Lock()
	e.notices = nil
	e.mu.Unlock()
	return nil
}
