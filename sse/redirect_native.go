//go:build !js

package sse

import (
	"io"
	"net/http"
	"time"
)

// A follower is a Transport that does not wait for the body of a redirect.
// net/http reads 2 KiB of it before it goes on, in order to use the connection
// again, however long that takes: a server that holds the body open would hold
// the request up. A browser goes on at the header.
type follower struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (f follower) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := f.RoundTripper.RoundTrip(req)
	if err == nil && resp.StatusCode/100 == 3 && resp.Header.Get("Location") != "" && resp.Body != nil {
		body := resp.Body
		resp.Body = &timedBody{body, time.AfterFunc(maxErrorBodyTime, func() { body.Close() })}
	}
	return resp, err
}

// A timedBody is closed by its timer if nobody else closes it before.
type timedBody struct {
	io.ReadCloser
	timer *time.Timer
}

// Close implements io.Closer.
func (b *timedBody) Close() error {
	b.timer.Stop()
	return b.ReadCloser.Close()
}
