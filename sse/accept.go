package sse

import (
	"io"
	"time"

	"github.com/amphiwire/amphiwire/internal/lean"
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
	contentType := lean.Join(resp.header["Content-Type"], ", ")
	var err error
	switch {
	case resp.status == 204:
		err = io.EOF
	case resp.status != 200:
		err = statusError(resp.status)
	case resp.body != nil && !isEventStream(contentType):
		err = contentTypeError(contentType)
	case resp.encoding != "":
		err = encodingError(resp.encoding)
	default:
		return nil
	}
	return &ConnectError{StatusCode: resp.status, Header: resp.header, Body: errorBody(resp.body), Err: err}
}

// isEventStream compares a media type by its essence (WHATWG MIME Sniffing,
// section 4.1): its parameters do not matter and may be malformed. Of several
// values, the last that is a media type counts (Fetch, section 2.2.2, "extract
// a MIME type").
func isEventStream(contentType string) bool {
	last := ""
	for _, value := range splitUnquoted(contentType) {
		essence, _, _ := lean.Cut(value, ";")
		essence = lean.Trim(essence)
		typ, subtype, _ := lean.Cut(essence, "/")
		if isToken(typ) && isToken(subtype) && essence != "*/*" {
			last = essence
		}
	}
	return lean.Lower(last) == "text/event-stream"
}

// splitUnquoted returns the parts of s between the commas that are not in a
// quoted string (RFC 9110, section 5.6.4).
func splitUnquoted(s string) (parts []string) {
	start, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case quoted && s[i] == '\\':
			i++
		case !quoted && s[i] == ',':
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	return append(parts, s[start:])
}

// errorBody reads the start of body.
func errorBody(body io.ReadCloser) []byte {
	timer := time.AfterFunc(maxErrorBodyTime, func() { body.Close() })
	defer timer.Stop()
	b, _ := io.ReadAll(io.LimitReader(body, maxErrorBody)) // what came is worth having, error or not
	return b
}
