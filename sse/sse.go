// Package sse receives Server-Sent Events: streams of text events over HTTP
// that outlive their connections. It follows section 9.2 of the WHATWG HTML
// standard, natively and in a browser alike.
//
// [Connect] opens a [Stream] and [Stream.Receive] returns its events in
// order. When a connection is lost or the server ends it, the Stream opens
// the next one by itself, says which event it saw last, and goes on. [Read]
// is the parser alone, for a body that comes from somewhere else.
//
// # What ends a Stream
//
// Close does, at once and in every phase. So does the server, in good order,
// by answering 204; by any other answer than 200 with an event stream (see
// [Reconnect.RetryStatus] for those that are worth another attempt); and by
// an event over [Options.MaxEventSize]. A lost connection does not.
//
// # Concurrency
//
// All methods of a Stream may be called concurrently. A Stream reads ahead of
// Receive by a bounded amount, in a goroutine of its own, and then lets the
// server wait. Some browsers cannot do that: fetch in Firefox and WebKit reads
// on all the same, and so does an EventSource (see [Source]). There the
// connection is closed when 64 MiB, of an EventSource 16 MiB, wait for Receive,
// and the Stream goes on from there when that has caught up.
package sse

// An Event is what the server sent up to an empty line.
type Event struct {
	// Type is the event's type, "message" if the server named none.
	Type string
	// Data is the event's lines of data, joined by line feeds.
	Data string
	// LastEventID is the last ID that the server has set, by this event or
	// by one before it: the place in the stream from which a later Stream
	// can go on. Empty if there was none.
	LastEventID string
}
