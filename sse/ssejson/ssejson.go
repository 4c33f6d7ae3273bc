// Package ssejson decodes events whose data is JSON. It is a package of its
// own so that a program which does without it does not carry encoding/json,
// 0.4 MB of a browser's bundle.
//
//	stream, err := sse.Connect(ctx, url, nil)
//	…
//	for price, err := range ssejson.Decode[Price](stream.Events(ctx)) {
//		…
//	}
package ssejson

import (
	"encoding/json"
	"iter"
	"strconv"

	"github.com/amphiwire/amphiwire/sse"
)

// An Error is an event whose data is not what was asked for.
type Error struct {
	// Event is the event.
	Event sse.Event
	// Err is what encoding/json has to say.
	Err error
}

// Error names the type, the ID and the cause, not the data, which may be
// private; the cause may quote a character or a number of it.
func (e *Error) Error() string {
	return "ssejson: event of type " + strconv.Quote(e.Event.Type) + ", last ID " + strconv.Quote(e.Event.LastEventID) + ": " + e.Err.Error()
}

// Unwrap returns what encoding/json has to say.
func (e *Error) Unwrap() error { return e.Err }

// Decode returns the values that the data of events are in JSON. events is
// what [sse.Stream.Events] or [sse.Read] returns. An event that is not such a
// value yields an *[Error], and the loop may go on with the next event; any
// other error is that of events, and its last. What Decode waits for and ends
// with is what events does.
//
// Where types have different values, or a last event is "[DONE]", receive
// events and call [Value] for those that are to be decoded.
func Decode[T any](events iter.Seq2[sse.Event, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for e, err := range events {
			var v T
			if err == nil {
				v, err = Value[T](e)
			}
			if !yield(v, err) {
				return
			}
		}
	}
}

// Value returns the value that e's data is in JSON. The error is an *[Error],
// with the zero value.
func Value[T any](e sse.Event) (T, error) {
	var v T
	if err := json.Unmarshal([]byte(e.Data), &v); err != nil {
		var zero T // Unmarshal may have begun to fill v
		return zero, &Error{Event: e, Err: err}
	}
	return v, nil
}
