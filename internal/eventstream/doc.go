// Package eventstream is the format text/event-stream without I/O: a Parser
// that takes bytes and yields events, and functions that append fields in the
// form of the wire.
//
// It follows section 9.2 of the WHATWG HTML standard, "Server-sent events".
// Comments and tests refer to its rules by number, as they come: B for bytes
// to lines, F for lines to fields, D for the dispatch of events.
//
//	B1  UTF-8 always
//	B2  one byte order mark at the start of a body is dropped
//	B3  one U+FFFD for each maximal subpart of ill-formed UTF-8
//	B4  a line ends with CRLF, LF or CR and nothing else
//	B5  a CR at the end of a read ends the line at once
//	B6  each body starts with a fresh parser
//	F1  an empty line dispatches; a line that starts with a colon is a comment
//	F2  the first colon ends the name; one space after it is dropped
//	F3  names are compared literally; unknown ones are ignored
//	F4  data appends a line, event sets the type
//	F5  id sets the last event ID buffer unless it holds a NUL
//	F6  retry sets the reconnection time if it is all ASCII digits
//	D1  dispatch first makes the last event ID buffer the last event ID
//	D2  without a data field there is no event
//	D3  the type is "message" if none is set
//	D4  data and type are cleared, the last event ID is not
//	D5  an unfinished block at the end of the body is dropped
//	D6  (of the receiver) nothing is dispatched after it has been closed
//	D7  the last event ID carries over to the next body
//	D8  types named open, error or message are like any other
package eventstream
