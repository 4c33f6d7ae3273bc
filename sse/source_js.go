//go:build js

package sse

import (
	"context"
	"errors"
	"io"

	"github.com/amphiwire/amphiwire/internal/browser"
)

// hasEventSource asks the platform: Node has one only on demand.
func hasEventSource() bool { return browser.HasEventSource() }

// online listens for the event of this name, which pages and Workers get and
// Node does not.
func online(ctx context.Context) <-chan struct{} {
	back := make(chan struct{}, 1)
	cancel, ok := browser.Listen("online", func() { signal(back) })
	if !ok {
		return nil
	}
	context.AfterFunc(ctx, cancel)
	return back
}

// open makes one attempt with EventSource or fetch.
func open(ctx context.Context, r *request) (*response, error) {
	if r.eventSource {
		return openEventSource(ctx, r)
	}
	return openFetch(ctx, r)
}

func openFetch(ctx context.Context, r *request) (*response, error) {
	body, err := readBody(r.body)
	if err != nil {
		return nil, err
	}
	f, err := browser.NewFetch(r.url, &browser.FetchOptions{
		Method: r.method, Header: r.header, Body: body,
		Credentials: credentials(r), Cache: "no-store",
	})
	if err != nil {
		return nil, finalError{err}
	}
	resp, err := f.Do(ctx)
	if err != nil {
		return nil, err
	}
	header := make(map[string][]string, len(resp.Header))
	for name, value := range resp.Header {
		header[canonical(name)] = []string{value}
	}
	return &response{status: resp.Status, header: header, url: resp.URL, body: resp}, nil
}

// credentials is what an EventSource does too (section 9.2.2, "EventSource
// interface": "Let corsAttributeState be Anonymous", and "If the value of
// eventSourceInitDict's withCredentials member is true, then set
// corsAttributeState to Use Credentials").
func credentials(r *request) string {
	if r.withCredentials {
		return "include"
	}
	return "same-origin"
}

// readBody returns all of a body: a browser takes no stream that HTTP/1.1
// would have to send in pieces. Nil: there is no body.
func readBody(makeBody func() (io.Reader, error)) ([]byte, error) {
	if makeBody == nil {
		return nil, nil
	}
	r, err := makeBody()
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(r) // not nil, also if there is nothing to read
	if c, ok := r.(io.Closer); ok {
		err = errors.Join(err, c.Close())
	}
	return b, err
}
