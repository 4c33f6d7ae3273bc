package sse

import (
	"errors"
	"io"

	"github.com/amphiwire/amphiwire/internal/lean"
)

// This file is the seam between a Stream and the platform. A Stream asks for
// one connection at a time; all that outlives a connection (the last event
// ID, delays, limits, watchdogs, filtering, what an answer means) is on this
// side of the seam and so the same everywhere.
//
// source_native.go and source_js.go both provide exactly
//
//	// open makes one attempt.
//	func open(ctx context.Context, r *request) (*response, error)
//
//	// hasEventSource reports whether request.eventSource may be true.
//	func hasEventSource() bool
//
//	// online returns a channel that receives when the platform says that
//	// the network has come back, nil where it never says so. What it holds
//	// is released when ctx ends.
//	func online(ctx context.Context) <-chan struct{}
//
//	// needsPermission reports whether a request to url may carry fields of
//	// the program's only if the server permits it.
//	func needsPermission(url string) bool
//
// open returns when the header of the final answer (after redirects) has
// arrived, whatever its status and content type: judging them is not its
// business. ctx ends a call of open at once, with context.Cause(ctx). Once
// open has returned, ctx may or may not end the connection; Close of the
// response's body or events does. An error means that there was no answer
// and that another attempt may succeed, unless it is a finalError or wraps
// errors.ErrUnsupported.
//
// With request.eventSource, open returns when the open event has fired. At
// an error event before that it closes the EventSource and returns errGaveUp,
// or errLost if the platform would have tried again: the Stream then finds out
// by other means what the matter is.

// A request is what one attempt asks for.
type request struct {
	// url is absolute, http or https, and without a fragment.
	url string
	// method is a token in upper case, never empty.
	method string
	// header is what to send, Accept and Last-Event-ID included. Names are in
	// canonical form; values are bytes (an ID may be any UTF-8), fit for
	// HTTP. A name that the platform refuses to send (a browser's forbidden
	// request-headers) is an error that wraps errors.ErrUnsupported.
	//
	// It is for the platform to see to it that no cache answers: by fetch's
	// cache mode "no-store", which needs no permission across origins, or by
	// the fields that this mode puts on the wire, Cache-Control and Pragma.
	header map[string][]string
	// body makes the body, once for each time it is sent; nil: there is
	// none. A result that is an io.Closer is closed when it has been read.
	body func() (io.Reader, error)
	// withCredentials is for a browser: send cookies across origins.
	withCredentials bool
	// eventSource asks for the platform's EventSource. Then method is GET
	// and there is no body; header is to be ignored, as EventSource sends
	// the same Accept by itself.
	eventSource bool
	// types are what an EventSource is to listen for. Never empty if
	// eventSource is true.
	types []string
	// native is what the program set natively.
	native *NativeOptions
}

// A response is a connection that has been opened.
type response struct {
	// status is the answer's, 200 for an EventSource.
	status int
	// header holds the answer's fields, names in canonical form (the form
	// of Content-Type); a browser shows only some. Nil for an EventSource.
	header map[string][]string
	// url is where the answer came from, after redirects.
	url string
	// encoding is the content coding that the body still has, "" for none or
	// for a name that is not a coding's.
	encoding string
	// body yields the bytes as they arrive. Close may be called at any time,
	// by any goroutine, more than once, and ends a Read that waits. io.EOF
	// means that the body was complete. Never nil unless events is set.
	body io.ReadCloser
	// readsAhead is whether the platform takes what the server sends before
	// body is read, however much that is.
	readsAhead bool
	// events is set instead of body where the platform does the parsing.
	events eventReader
}

// An eventReader is a connection that the platform parses and, after a loss,
// opens again by itself: an EventSource.
type eventReader interface {
	// next waits for what happens next. An error means that the platform has
	// given up (errGaveUp), that more waited unread than the reader may hold
	// (an error that says so) or that Close was called. It is called by one
	// goroutine.
	next() (notice, error)
	// Close may be called at any time, by any goroutine, more than once, and
	// ends a call of next that waits.
	Close() error
}

// A notice is what an eventReader has seen.
type notice struct {
	kind  noticeKind
	event Event // of noticeEvent
}

type noticeKind uint8

const (
	noticeEvent noticeKind = iota // an event of one of request.types
	noticeLost                    // the connection is lost; the platform is opening it again
	noticeOpen                    // and has opened it
)

// errGaveUp says that an EventSource is closed for good. The platform does
// not tell the reason: any status but 200, a wrong content type, in some
// browsers also a refused connection.
var errGaveUp = errors.New("the browser's EventSource gave up without saying why")

// A finalError is a failure that would repeat itself at every attempt.
type finalError struct{ error }

func (e *finalError) Unwrap() error { return e.error }

// isFinal reports whether open's error rules out another attempt.
func isFinal(err error) bool {
	_, final := lean.As[*finalError](err)
	return final || errors.Is(err, errors.ErrUnsupported)
}
