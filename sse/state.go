package sse

import "time"

// A State is where a Stream is in its life. The values are those of an
// EventSource's readyState.
type State uint8

const (
	// Connecting: there is no connection, but one is being opened or waited
	// for.
	Connecting State = iota
	// Open: the server has answered with an event stream.
	Open
	// Closed: the Stream has ended for good.
	Closed
)

// String returns the state's name, in lower case.
func (s State) String() string {
	switch s {
	case Connecting:
		return "connecting"
	case Open:
		return "open"
	}
	return "closed"
}

// A StateChange tells what became of a Stream, and why.
type StateChange struct {
	// State is the new state. Connecting follows Connecting when an attempt
	// has failed.
	State State
	// Err is the cause: for Connecting, why the connection or the attempt
	// ended (io.EOF: the server ended the body in good order); for Closed,
	// what Receive returns. Nil for Open.
	Err error
	// Attempt counts the attempts since the last connection that proved
	// good, from 1: for Connecting, the one that comes next; for Open, the
	// one that succeeded.
	Attempt int
	// Delay is how long the Stream waits before that attempt. It is 0 while a
	// browser's EventSource connects again, which does not tell.
	Delay time.Duration
	// URL is, for Open, where the answer came from, after redirects. It is
	// what was asked for with a browser's EventSource, which does not tell.
	URL string
	// Header is, for Open, the answer's header, names in canonical form. It
	// is nil with a browser's EventSource, which does not show it.
	Header map[string][]string
}
