package sse

import (
	"context"
	"io"
	"iter"

	"github.com/amphiwire/amphiwire/internal/eventstream"
)

// A Stream receives the events of one URL over as many connections as it
// takes. All its methods may be called concurrently. Close releases it; so
// does its end, after which Receive returns an error.
type Stream struct {
	url    string
	opts   Options // resolved
	types  map[string]bool
	ctx    context.Context // ends with the Stream
	cancel context.CancelCauseFunc
	queue  *queue
	states states

	// What follows belongs to the goroutine that runs the Stream.

	policy *retryPolicy
	parser eventstream.Parser
	view   eventstream.View
	owner  eventstream.Types
	batch  []Event
	last   string // the ID of the last entry of the queue
	gaveUp bool   // EventSource has come to its end
	fields permission
}

// Connect opens the event stream at url (http or https) and returns when the
// server has answered with one. ctx bounds Connect alone; the Stream lives on
// until Close or one of the ends that the package comment names.
//
// Connect fails at the first network error, unless Reconnect.RetryConnect is
// set, and at any answer that is not an event stream, but for those that
// Reconnect.RetryStatus names and the 401 that Prepare may answer. It returns a
// *ConnectError. An answer of 204 makes one that wraps io.EOF.
//
// A browser opens six connections to a host over HTTP/1.1, for all of its
// pages together, and about a hundred streams over HTTP/2. A Connect that is
// one too many waits until another stream ends or ctx does; its error then
// names this as the likely reason. A hidden page keeps its streams, and what
// the browser suspends goes on as after any loss.
func Connect(ctx context.Context, url string, opts *Options) (*Stream, error) {
	s, err := newStream(ctx, url, opts)
	if err != nil {
		return nil, &ConnectError{URL: withoutUser(url), Err: err}
	}
	c, err := s.connectFirst(ctx)
	if err != nil {
		s.end(err)
		return nil, connectError(url, err)
	}
	go s.run(c)
	return s, nil
}

// newStream checks everything that can be checked without a request (C1).
func newStream(ctx context.Context, url string, opts *Options) (*Stream, error) {
	if _, err := parseURL(url); err != nil {
		return nil, err
	}
	o, err := opts.resolve()
	if err != nil {
		return nil, err
	}
	s := &Stream{
		url: url, opts: o, types: o.typeSet(), queue: newQueue(o.LastEventID), states: states{tell: o.OnState},
		policy: newRetryPolicy(&o), last: o.LastEventID,
	}
	s.ctx, s.cancel = context.WithCancelCause(context.WithoutCancel(ctx))
	s.parser.MaxEventSize = max(o.MaxEventSize, 0)
	s.parser.SetLastEventID(o.LastEventID)
	if o.OnComment != nil {
		s.parser.Comment = s.comment
	}
	return s, nil
}

// Receive returns the next event. It blocks until there is one, the Stream
// ends or ctx does; cancelling ctx loses no event. All events that came
// before the end are returned first, then the same error for ever: io.EOF if
// the server ended the Stream in good order, a *ConnectError or an
// *EventTooBigError. After Close it is ErrClosed at once.
func (s *Stream) Receive(ctx context.Context) (Event, error) {
	for {
		if e, ok, err := s.queue.pop(); ok {
			return e, err
		}
		select {
		case <-s.queue.wake:
		case <-ctx.Done():
			return Event{}, context.Cause(ctx)
		}
	}
}

// Events returns an iterator over the events to come. It ends without an
// error when the server ends the Stream in good order and when Close is
// called; any other end, that of ctx too, is the last thing it yields.
func (s *Stream) Events(ctx context.Context) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for {
			e, err := s.Receive(ctx)
			if err != nil {
				// Not what wraps them: a program's own error may, and is for it to see.
				if err != io.EOF && err != ErrClosed {
					yield(Event{}, err)
				}
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// LastEventID returns the ID to go on from: that of the last event that
// Receive returned, or one that the server has set since without an event.
// Given as Options.LastEventID, it makes a later Stream start with the event
// that follows, provided that the server keeps events. It is still there
// after Close.
func (s *Stream) LastEventID() string { return s.queue.lastEventID() }

// State returns the Stream's state.
func (s *Stream) State() State { return s.states.state() }

// Close ends the Stream and what it is doing, be it connecting, receiving or
// waiting. Events that have not been received are dropped. It does not wait
// for a call of OnState, OnComment or Prepare to return, and may be called
// from one. It returns nil.
func (s *Stream) Close() error {
	s.states.set(StateChange{State: Closed, Err: ErrClosed})
	s.queue.discard(ErrClosed)
	s.cancel(ErrClosed)
	return nil
}

// end makes err what Receive returns once the events that came before it have
// been received.
func (s *Stream) end(err error) {
	// Whoever Receive has told of the end is to see it in State too.
	s.states.set(StateChange{State: Closed, Err: err})
	s.queue.end(err)
	s.cancel(err)
}
