package sse

import (
	"io"
	"iter"

	"github.com/amphiwire/amphiwire/internal/eventstream"
)

// maxEmptyReads is how many reads in a row may bring nothing, not even an
// error, before a reader counts as broken.
const maxEmptyReads = 100

// Read returns an iterator over the events of a body, wherever it comes from.
// It is the parser alone: nothing is filtered and nothing is connected again.
// It blocks as r does, and ends with r, without an error at io.EOF; any other
// error is the last thing it yields. An event over 16 MiB ends it with an
// *EventTooBigError. What is unfinished when r ends is dropped.
//
// The text of one event shares a block of memory: to keep an ID for long
// without its data, use strings.Clone.
func Read(r io.Reader) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		b := body{r: r, parser: eventstream.Parser{MaxEventSize: defaultMaxEventSize}}
		for {
			e, err := b.next()
			if err == io.EOF {
				return
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// A body is a reader and the parser of what it brings.
type body struct {
	r      io.Reader
	parser eventstream.Parser
	view   eventstream.View
	owner  eventstream.Types
	err    error // of the reader
}

// next returns the next event, or what ended the body.
func (b *body) next() (Event, error) {
	for !b.parser.Next(&b.view) {
		if err := b.parser.Err(); err != nil {
			return Event{}, tooBig(err)
		}
		if b.err != nil {
			return Event{}, b.err
		}
		b.fill()
	}
	return Event(b.owner.Own(&b.view)), nil
}

// fill reads once, or until something comes.
func (b *body) fill() {
	for range maxEmptyReads {
		var n int
		n, b.err = b.r.Read(b.parser.Space())
		b.parser.Advance(n)
		if n > 0 || b.err != nil {
			return
		}
	}
	b.err = io.ErrNoProgress
}
