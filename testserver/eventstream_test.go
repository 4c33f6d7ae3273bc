package testserver

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// own starts a server whose /own is an event stream that the test fills.
func own(t *testing.T, serve func(*EventWriter), opts *EventStreamOptions) *Server {
	t.Helper()
	s, err := Listen("127.0.0.1:0", &Options{Handler: EventStream(serve, opts)})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

func TestTheHeaderIsSentBeforeTheFirstEvent(t *testing.T) {
	s := own(t, func(w *EventWriter) { <-w.Done() }, &EventStreamOptions{Header: http.Header{"X-More": {"yes"}}})
	resp := get(t, s, "/own") // returns although nothing follows
	assert.Equal(t, 200, resp.StatusCode)
	for field, want := range map[string]string{
		"Content-Type": "text/event-stream", "Cache-Control": "no-cache", "X-Accel-Buffering": "no", "X-More": "yes",
	} {
		assert.Equal(t, want, resp.Header.Get(field))
	}
}

func TestAStreamEndsInOrderWhenServeReturns(t *testing.T) {
	s := own(t, func(w *EventWriter) {
		_ = w.Retry(time.Second)
		_ = w.Comment("two\nlines")
		_ = w.Send(Event{ID: "1", Data: "x"})
	}, nil)
	wantBody(t, get(t, s, "/own"), "retry: 1000\n: two\n: lines\nid: 1\ndata: x\n\n")
}

func TestEachEventIsFlushed(t *testing.T) {
	next := make(chan struct{})
	s := own(t, func(w *EventWriter) {
		for range next {
			_ = w.Send(Event{Data: "x"})
		}
	}, nil)
	resp := get(t, s, "/own")
	for range 3 {
		next <- struct{}{}
		wantPart(t, resp, "data: x\n\n")
	}
	close(next)
	wantBody(t, resp, "")
}

func TestARefusedEventDoesNoHarm(t *testing.T) {
	errs := make(chan error, 2)
	s := own(t, func(w *EventWriter) {
		errs <- w.Send(Event{ID: "\n"})
		errs <- w.Retry(-1)
		_ = w.Send(Event{Data: "goes on"})
	}, nil)
	wantBody(t, get(t, s, "/own"), "data: goes on\n\n")
	for range cap(errs) {
		var refused *FieldError
		assert.ErrorAs(t, <-errs, &refused)
	}
}

func TestLastEventIDComesFromHeaderOrQuery(t *testing.T) {
	s := own(t, func(w *EventWriter) { _ = w.Comment(w.LastEventID()) }, nil)
	for name, tc := range map[string]struct{ target, field, want string }{
		"neither":      {"/own", "", ""},
		"header":       {"/own", "7", "7"},
		"query":        {"/own?lastEventId=8", "", "8"},
		"both":         {"/own?lastEventId=8", "7", "7"},
		"beyond ASCII": {"/own", "…", "…"},
	} {
		t.Run(name, func(t *testing.T) {
			wantBody(t, get(t, s, tc.target, "Last-Event-ID", tc.field), ": "+tc.want+"\n")
		})
	}
}

func TestAuthorizeComesBeforeTheStream(t *testing.T) {
	opts := &EventStreamOptions{Authorize: func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("token") == "good" {
			return true
		}
		w.WriteHeader(http.StatusUnauthorized)
		return false
	}}
	s := own(t, func(*EventWriter) {}, opts)
	assert.Equal(t, 401, get(t, s, "/own").StatusCode)
	assert.Equal(t, 200, get(t, s, "/own?token=good").StatusCode)
}

func TestContextEndsWhenTheReceiverIsGone(t *testing.T) {
	cause := make(chan error, 1)
	s := own(t, func(w *EventWriter) {
		<-w.Done()
		cause <- w.Context().Err()
	}, nil)
	require.NoError(t, get(t, s, "/own").Body.Close())
	assert.ErrorIs(t, <-cause, context.Canceled)
}

func TestEventsOfManyGoroutinesDoNotMix(t *testing.T) {
	s := own(t, func(w *EventWriter) {
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() { _ = w.Send(Event{Type: "t", Data: "x"}) })
		}
		all.Wait()
	}, nil)
	resp := get(t, s, "/own")
	for range 50 {
		wantPart(t, resp, "event: t\ndata: x\n\n")
	}
	wantBody(t, resp, "")
}

// A recorder is a ResponseWriter on which time is fake.
func recorder(t *testing.T) (*httptest.ResponseRecorder, *http.Request, context.CancelFunc) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	return httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/own", nil).WithContext(ctx), cancel
}

// The stream sends nothing of its own, so there is one comment more: the one
// that shows it to be open.
func TestACommentIsSentEvery15Seconds(t *testing.T) {
	for name, tc := range map[string]struct {
		heartbeat time.Duration
		want      int
	}{
		"by default":     {0, 5},
		"as asked for":   {10 * time.Second, 7},
		"never":          {-1, 0},
		"seldom enough":  {time.Hour, 1},
		"once at a time": {time.Minute - time.Second, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, r, cancel := recorder(t)
				defer cancel()
				EventStream(func(w *EventWriter) { time.Sleep(time.Minute + time.Second) },
					&EventStreamOptions{Heartbeat: tc.heartbeat}).ServeHTTP(w, r)
				assert.Equal(t, tc.want*len(": \n"), w.Body.Len())
			})
		})
	}
}

// Some browsers tell a page that a stream is open only when its body begins.
func TestASilentStreamBeginsWithAComment(t *testing.T) {
	for name, tc := range map[string]struct {
		heartbeat time.Duration
		serve     func(*EventWriter)
		want      string
	}{
		"nothing to say":      {0, func(*EventWriter) {}, ": \n"},
		"an event at once":    {0, func(w *EventWriter) { _ = w.Send(Event{Data: "x"}) }, "data: x\n\n"},
		"retry at once":       {0, func(w *EventWriter) { _ = w.Retry(time.Second) }, "retry: 1000\n"},
		"no heartbeats":       {-1, func(*EventWriter) {}, ""},
		"heartbeats at once":  {80 * time.Millisecond, func(*EventWriter) {}, ": \n"},
		"an event that is no": {0, func(w *EventWriter) { _ = w.Send(Event{ID: "\n"}) }, ": \n"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, r, cancel := recorder(t)
				defer cancel()
				EventStream(func(ew *EventWriter) {
					tc.serve(ew)
					time.Sleep(150 * time.Millisecond)
				}, &EventStreamOptions{Heartbeat: tc.heartbeat}).ServeHTTP(w, r)
				assert.Equal(t, tc.want, w.Body.String())
			})
		})
	}
}

// The goroutine that beats must be gone when the handler returns, however it
// returns; synctest fails a test that leaves one.
func TestTheHeartbeatEndsWithTheStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, r, cancel := recorder(t)
		EventStream(func(w *EventWriter) { cancel(); <-w.Done() }, nil).ServeHTTP(w, r)
		assert.Panics(t, func() {
			EventStream(func(*EventWriter) { panic(fmt.Sprint("of the serve function")) }, nil).ServeHTTP(w, r)
		})
	})
}

// deaf is a ResponseWriter that cannot flush.
type deaf struct{ http.ResponseWriter }

func TestAResponseWriterThatCannotFlushIsToldSo(t *testing.T) {
	w, r, cancel := recorder(t)
	defer cancel()
	EventStream(func(*EventWriter) { t.Error("served") }, nil).ServeHTTP(deaf{w}, r)
	assert.Equal(t, http.StatusInternalServerError, w.Code)
}
