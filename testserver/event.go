package testserver

import (
	"errors"
	"fmt"
	"time"

	"github.com/amphiwire/amphiwire/internal/eventstream"
)

// An Event is one event of an event stream.
type Event struct {
	// ID becomes the receiver's last event ID; empty: the field is not sent
	// and the receiver keeps the ID that it has. It cannot hold CR, LF or NUL.
	ID string
	// Type is the event's type; empty: "message". It cannot hold CR or LF.
	Type string
	// Data may hold anything. CR, LF and CRLF each end a line; the receiver
	// sees all of them as LF.
	Data string
	// Retry is the reconnection time that the receiver is to use from now
	// on, in whole milliseconds; 0: the field is not sent.
	Retry time.Duration
}

// A FieldError says that a field of an event stream cannot carry a value: a
// line end would begin another field, receivers ignore an id with NUL, and
// retry is made of digits only.
type FieldError struct {
	// Field is "id", "event" or "retry".
	Field string
	// Value is what it cannot carry.
	Value string
}

// Error names the field and quotes the start of the value.
func (e *FieldError) Error() string {
	return fmt.Sprintf("testserver: field %s of an event stream cannot carry %.64q", e.Field, e.Value)
}

// appendEvent appends the event's lines and the blank line that dispatches
// it. With an error, dst is returned as it was.
func appendEvent(dst []byte, e Event) ([]byte, error) {
	out := dst
	if e.Retry != 0 {
		var err error
		if out, err = appendRetry(out, e.Retry); err != nil {
			return dst, err
		}
	}
	out, err := eventstream.AppendEvent(out, eventstream.Event{Type: e.Type, Data: e.Data, LastEventID: e.ID})
	var refused *eventstream.FieldError
	if errors.As(err, &refused) {
		return dst, &FieldError{Field: refused.Field, Value: refused.Value}
	}
	return out, err
}

// appendRetry appends a retry field, cut to whole milliseconds.
func appendRetry(dst []byte, d time.Duration) ([]byte, error) {
	if d < 0 {
		return dst, &FieldError{Field: "retry", Value: d.String()}
	}
	return eventstream.AppendRetry(dst, d.Milliseconds()), nil
}
