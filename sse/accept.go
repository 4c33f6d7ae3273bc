package sse

import (
	"io"
	"strings"
	"time"
)

// How much of the body of an answer that is no event stream goes into the
// error, and how long that may take: such a body may never end either.
const (
	maxErrorBody     = 64 << 10
	maxErrorBodyTime = time.Second
)

// accept judges an answer (section 9.2.3, "process response"): "if res's
// status is not 200, or if res's `Content-Type` is not `text/event-stream`,
// then fail the connection." A failure is a *ConnectError without a URL.
func accept(resp *response) *ConnectError {
	contentType := first(resp.header, "Content-Type")
	var err error
	switch {
	case resp.status == 204:
		err = io.EOF
	case resp.status != 200:
		err = statusError(resp.status)
	case resp.body != nil && !isEventStream(contentType):
		err = contentTypeError(contentType)
	default:
		return nil
	}
	return &ConnectError{StatusCode: resp.status, Header: resp.header, Body: errorBody(resp.body), Err: err}
}

// isEventStream compares a media type by its essence (WHATWG MIME Sniffing,
// section 4.1): its parameters do not matter and may be malformed.
func isEventStream(contentType string) bool {
	essence, _, _ := strings.Cut(contentType, ";")
	return strings.EqualFold(strings.Trim(essence, " \t"), "text/event-stream")
}

// errorBody reads the start of body.
func errorBody(body io.ReadCloser) []byte {
	timer := time.AfterFunc(maxErrorBodyTime, func() { body.Close() })
	defer timer.Stop()
	b, _ := io.ReadAll(io.LimitReader(body, maxErrorBody)) // what came is worth having, error or not
	return b
}
