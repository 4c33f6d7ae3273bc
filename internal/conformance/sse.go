package conformance

import (
	"slices"

	"github.com/amphiwire/amphiwire/sse"
	"github.com/stretchr/testify/require"
)

// SSE returns the rows for package sse.
func SSE() []Row {
	return slices.Concat(
		openRows(), unopenedRows(), answerRows(), countRows(), resumeRows(), endRows(),
		lineRows(), fieldRows(), chunkRows(), typeRows(),
		requestRows(), streamCancelRows(), streamLimitRows(), streamStateRows(),
		bodyRows(), lastIDRows(), retryRows(),
		logRows(), originRows(), hostRows(), pageRows(), streamLeakRows(),
	)
}

// both returns two rows that differ in what a browser uses: fetch, or, where
// the types are named and nothing else is asked for, its EventSource. The
// same events come by either.
func both(name string, run func(t *T, opts *sse.Options)) []Row {
	return []Row{
		{Name: name, Run: func(t *T) { run(t, &sse.Options{}) }},
		{Name: name + ", with types named", Run: func(t *T) { run(t, &sse.Options{Types: []string{"message"}}) }},
	}
}

// exceptEventSource declares what a platform's EventSource does otherwise, to
// which the second row is left.
func exceptEventSource(target, fact string, rows []Row) []Row {
	rows[1].Except = map[string]string{target: fact}
	return rows
}

// exceptFetch declares what a platform's fetch does otherwise, to which the
// first row is left.
func exceptFetch(target, fact string, rows []Row) []Row {
	rows[0].Except = map[string]string{target: fact}
	return rows
}

// open connects to a route and closes the stream at the end of the row.
func (t *T) open(opts *sse.Options, path string, query ...string) *sse.Stream {
	t.Helper()
	s, err := sse.Connect(t.ctx, t.sse(path, query...), opts)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// silence is the query of a body that is one comment and then nothing: Firefox
// tells of an answer only when its body begins.
var silence = []string{"then", "hang", "c", ":\n"}

// quiet opens a stream that brings no event.
func (t *T) quiet(opts *sse.Options) *sse.Stream {
	t.Helper()
	return t.open(opts, "raw", silence...)
}

// event receives the next event.
func (t *T) event(s *sse.Stream) sse.Event {
	t.Helper()
	e, err := s.Receive(t.ctx)
	require.NoError(t, err)
	return e
}

// data receives the next event's data.
func (t *T) data(s *sse.Stream) string {
	t.Helper()
	return t.event(s).Data
}

// events receives until the stream ends, and returns the events and the end.
func (t *T) events(s *sse.Stream) ([]sse.Event, error) {
	t.Helper()
	var events []sse.Event
	for {
		e, err := s.Receive(t.ctx)
		if err != nil {
			return events, err
		}
		events = append(events, e)
	}
}

// counted are the events from first to last that /sse/count sends.
func counted(first, last int) []sse.Event {
	var events []sse.Event
	for k := first; k <= last; k++ {
		events = append(events, sse.Event{Type: "message", Data: itoa(k), LastEventID: itoa(k)})
	}
	return events
}

// played opens a stream whose body is the given chunks, after which it stays
// open.
func (t *T) played(opts *sse.Options, chunks ...string) *sse.Stream {
	t.Helper()
	query := []string{"then", "hang"}
	for _, c := range chunks {
		query = append(query, "c", c)
	}
	return t.open(opts, "raw", query...)
}
