package sse

import (
	"io"
	"iter"
)

// Read returns an iterator over the events of a body, wherever it comes from.
// It is the parser alone: nothing is filtered and nothing is connected again.
// It blocks as r does, and ends with r, without an error at io.EOF; any other
// error is the last thing it yields. An event over 16 MiB ends it with an
// *EventTooBigError. What is unfinished when r ends is dropped. [Decoder] can
// be told more, and does without allocations.
//
// The text of one event shares a block of memory: to keep an ID for long
// without its data, use strings.Clone.
func Read(r io.Reader) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		d := NewDecoder(r)
		d.configure()
		for {
			switch err := d.next(); {
			case err == io.EOF:
				return
			case err != nil:
				yield(Event{}, err)
				return
			case !yield(Event(d.owner.Own(&d.view)), nil):
				return
			}
		}
	}
}
