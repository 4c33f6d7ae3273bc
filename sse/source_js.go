//go:build js

package sse

import (
	"context"
	"io"

	"github.com/amphiwire/amphiwire/internal/browser"
)

// hasEventSource asks the platform: Node has one only on demand.
func hasEventSource() bool { return browser.HasEventSource() }

// needsPermission asks where the page comes from.
func needsPermission(url string) bool { return browser.CrossOrigin(url) }

// online listens for the event of this name, which pages and Workers get and
// Node does not.
func online(ctx context.Context) <-chan struct{} {
	back := make(chan struct{}, 1)
	cancel, ok := browser.Listen(func(string) { signal(back) }, "online")
	if !ok {
		return nil
	}
	context.AfterFunc(ctx, cancel)
	return back
}

// open makes one attempt with EventSource or fetch.
func open(ctx context.Context, r *request) (*response, error) {
	from := openFetch
	if r.eventSource {
		from = openEventSource
	}
	resp, err := from(ctx, r)
	if err != nil {
		return nil, crowd.explain(ctx, r.url, err)
	}
	leave := crowd.enter(r.url)
	if resp.events != nil {
		resp.events = countedEvents{resp.events, leave}
	} else {
		resp.body = countedBody{resp.body, leave}
	}
	return resp, nil
}

// countedBody and countedEvents leave the crowd when they are closed.
type (
	countedBody struct {
		io.ReadCloser
		leave func()
	}
	countedEvents struct {
		eventReader
		leave func()
	}
)

// Close implements response.body.
func (b countedBody) Close() error { b.leave(); return b.ReadCloser.Close() }

// Close implements eventReader.
func (e countedEvents) Close() error { e.leave(); return e.eventReader.Close() }

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
		return nil, &finalError{err}
	}
	resp, err := f.Do(ctx)
	if err != nil {
		return nil, err
	}
	header := make(map[string][]string, len(resp.Header))
	for name, value := range resp.Header {
		header[canonical(name)] = []string{value}
	}
	return &response{status: resp.Status, header: header, url: resp.URL, body: resp, readsAhead: browser.ReadsAhead()}, nil
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
	if r == nil || err != nil {
		return nil, err
	}
	b, err := io.ReadAll(r) // not nil, also if there is nothing to read
	if c, ok := r.(io.Closer); ok {
		if closeErr := c.Close(); err == nil {
			err = closeErr
		}
	}
	return b, err
}
