package sse

import (
	"errors"

	"github.com/amphiwire/amphiwire/internal/eventstream"
	"github.com/amphiwire/amphiwire/internal/lean"
)

// maxBatch is how many events are handed to Receive at a time.
const maxBatch = 256

// parse delivers the events that the parser has the bytes of.
func (s *Stream) parse(c *connection) error {
	for s.parser.Next(&s.view) {
		c.sawEvent()
		if s.types != nil && !s.types[string(s.view.Type)] {
			continue
		}
		e := Event(s.owner.Own(&s.view))
		s.opts.Trace.event(e)
		s.batch = append(s.batch, e)
		if len(s.batch) == maxBatch {
			if err := s.flush(c); err != nil {
				return err
			}
		}
	}
	// F6: "set the event stream's reconnection time", which holds although the
	// block that it is in may never be finished.
	if ms, ok := s.parser.Retry(); ok {
		s.policy.setTime(milliseconds(ms))
	}
	if err := s.flush(c); err != nil {
		return err
	}
	return tooBig(s.parser.Err())
}

// flush hands the batch over and waits while Receive is behind. Not reading
// on makes the server wait; that is not its silence, so the watchdogs rest.
func (s *Stream) flush(c *connection) error {
	if n := len(s.batch); n > 0 {
		s.last = s.batch[n-1].LastEventID
	}
	if !s.parser.LastEventIDIs(s.last) { // it was set without an event, or by one that is not wanted
		s.last = s.parser.LastEventID()
		s.batch = append(s.batch, Event{LastEventID: s.last})
	}
	behind := s.queue.push(s.batch)
	clear(s.batch)
	s.batch = s.batch[:0]
	switch {
	case !s.queue.full():
		return nil
	case !c.resp.readsAhead:
		return s.waitForRoom(c)
	case behind <= maxBehind:
		return nil
	}
	c.resp.Close()
	if err := s.waitForRoom(c); err != nil {
		return err
	}
	return errBehind
}

// maxBehind is how many bytes of events may wait for Receive where the platform
// reads on whatever a program does, out of sight and without a limit: there
// not to take what comes would bound nothing. One that is too far behind loses
// the connection, and goes on from there when it has caught up.
const maxBehind = 64 << 20

var errBehind = errors.New("over 64 MiB of events waited to be received, and this browser cannot make a server wait")

// waitForRoom waits until half of what Receive was behind by is received, or c
// ends. Half, so that the two goroutines do not wake each other for each event.
func (s *Stream) waitForRoom(c *connection) error {
	c.idle.stop()
	c.quiet.stop()
	for s.queue.full() {
		select {
		case <-s.queue.room:
		case <-c.ctx.Done():
			return c.cause(nil)
		}
	}
	// What the server sent meanwhile waits in the kernel: both start anew.
	c.idle.feed()
	c.quiet.feed()
	return nil
}

// sawEvent notes an event of whatever type.
func (c *connection) sawEvent() {
	c.events = true
	c.quiet.feed()
}

// receiveEvents delivers what the platform has parsed. If it ends, SourceAuto
// goes on by other means: a new EventSource could not send the last event ID
// in a header.
func (s *Stream) receiveEvents(c *connection) error {
	defer func() { s.gaveUp = true }()
	for {
		n, err := c.resp.events.next()
		if err != nil {
			return c.cause(err)
		}
		switch n.kind {
		case noticeLost:
			s.states.set(StateChange{State: Connecting, Err: errLost, Attempt: 1})
		case noticeOpen:
			s.states.set(StateChange{State: Open, Attempt: 1, URL: withoutUser(c.resp.url)})
		case noticeEvent:
			if err := s.take(c, n.event); err != nil {
				return err
			}
		}
	}
}

// take delivers one event that the platform has parsed. An EventSource knows of
// no ID that an earlier one has seen, so until the server sets one that holds
// (D7). It does not tell an ID that is reset from none.
func (s *Stream) take(c *connection, e Event) error {
	c.sawEvent()
	if limit, size := s.opts.MaxEventSize, int64(len(e.Data)); limit > 0 && size > limit {
		return &EventTooBigError{Limit: limit, Size: size}
	}
	if c.ids = c.ids || e.LastEventID != ""; !c.ids {
		e.LastEventID = s.parser.LastEventID()
	}
	s.parser.SetLastEventID(e.LastEventID)
	if s.types[e.Type] { // the platform tells of open and error unasked
		s.opts.Trace.event(e)
		s.batch = append(s.batch, e)
	}
	return s.flush(c)
}

// comment passes a comment on, unless the Stream has been closed meanwhile.
func (s *Stream) comment(text []byte) {
	if s.ctx.Err() == nil {
		s.opts.OnComment(string(text))
	}
}

// tooBig makes the parser's error one of this package.
func tooBig(err error) error {
	if limit, ok := lean.As[*eventstream.TooBigError](err); ok {
		return &EventTooBigError{Limit: limit.Limit, Size: limit.Size}
	}
	return err
}
