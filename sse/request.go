package sse

import (
	"context"
	"slices"
)

// newRequest makes the request of the next attempt. last is why the one
// before it, or its connection, ended.
func (s *Stream) newRequest(ctx context.Context, last error) (*request, error) {
	s.fields.asking = false
	a := &Attempt{URL: s.url, Header: cloneHeader(s.opts.Header), Number: s.policy.attempt, Err: last}
	if s.opts.Prepare != nil {
		if err := s.opts.Prepare(ctx, a); err != nil {
			return nil, err
		}
	}
	t, err := parseURL(a.URL)
	if err != nil {
		return nil, &finalError{err}
	}
	header, err := canonicalHeader(a.Header)
	if err != nil {
		return nil, &finalError{err}
	}
	r := &request{
		url: t.url, method: s.opts.method(), header: header, body: s.opts.Body, types: s.opts.Types,
		withCredentials: s.opts.WithCredentials, native: &s.opts.Native,
	}
	if r.eventSource, err = s.chooseEventSource(t); err != nil {
		return nil, err
	}
	s.complete(r, t)
	return r, nil
}

// complete adds what is the Stream's own to say.
func (s *Stream) complete(r *request, t target) {
	if t.authorization != "" && first(r.header, "Authorization") == "" {
		r.header["Authorization"] = []string{t.authorization}
	}
	if first(r.header, "Accept") == "" {
		r.header["Accept"] = []string{"text/event-stream"}
	}
	delete(r.header, "Last-Event-Id")
	id := s.parser.LastEventID()
	switch {
	case id == "": // there is nothing to say: an empty field would be a value
	case r.eventSource || s.fields.byQuery:
		r.url = withQuery(r.url, s.opts.LastEventIDQuery, id)
	case sendable(id):
		r.header["Last-Event-Id"] = []string{id}
		s.fields.asking = !s.fields.granted && needsPermission(r.url)
	}
}

// cloneHeader is a deep copy of h, never nil.
func cloneHeader(h map[string][]string) map[string][]string {
	out := make(map[string][]string, len(h))
	for name, values := range h {
		out[name] = slices.Clone(values)
	}
	return out
}
