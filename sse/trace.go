package sse

import "time"

// A Trace holds functions that are called as a Stream works, for logs and
// measurements. Those that are nil are not called. They are called one at a
// time, by the goroutine that does the work, which waits for them: they are
// not to wait for the Stream in turn. An EventSource shows no more than its
// first request and answer.
type Trace struct {
	// Request is called before each request.
	Request func(TraceRequest)
	// Response is called when the answer to a request has been judged, or
	// when there was none.
	Response func(TraceResponse)
	// Event is called for each event of Options.Types as it comes in, which
	// may be long before it is received.
	Event func(Event)
	// Retry is called before the Stream waits for another attempt, with why
	// the last one, or its connection, ended.
	Retry func(err error, delay time.Duration)
}

// A TraceRequest is a request that is about to be made.
type TraceRequest struct {
	// Method and URL are the request's, without user and password.
	Method, URL string
	// Header is what is sent, credentials and Last-Event-ID included, but for
	// what the platform adds. It is not to be changed.
	Header map[string][]string
	// Attempt counts as StateChange.Attempt does.
	Attempt int
	// EventSource is whether a browser's EventSource makes the request.
	EventSource bool
}

// A TraceResponse is the answer to a request.
type TraceResponse struct {
	// StatusCode is 0 if there was no answer.
	StatusCode int
	// URL is where the answer came from, after redirects, as far as the
	// platform tells: see StateChange.URL.
	URL string
	// Header is the answer's, names in canonical form. It is not to be
	// changed.
	Header map[string][]string
	// Err is why there is no stream of events, nil if there is one.
	Err error
	// Took is how long it took, from the request on.
	Took time.Duration
}

// request, response, event and retry call what t holds; t may be nil.

func (t *Trace) request(r *request, attempt int) {
	if t != nil && t.Request != nil {
		t.Request(TraceRequest{
			Method: r.method, URL: withoutUser(r.url), Header: r.header, Attempt: attempt, EventSource: r.eventSource,
		})
	}
}

func (t *Trace) response(resp *response, err error, start time.Time) {
	if t == nil || t.Response == nil {
		return
	}
	answer := TraceResponse{Err: err, Took: time.Since(start)}
	if resp != nil {
		answer.StatusCode, answer.URL, answer.Header = resp.status, withoutUser(resp.url), resp.header
	}
	t.Response(answer)
}

func (t *Trace) event(e Event) {
	if t != nil && t.Event != nil {
		t.Event(e)
	}
}

func (t *Trace) retry(err error, delay time.Duration) {
	if t != nil && t.Retry != nil {
		t.Retry(err, delay)
	}
}
