package testserver

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCountSendsNumberedEvents(t *testing.T) {
	s := New(t)
	for name, tc := range map[string]struct{ target, want string }{
		"n":        {"/sse/count?n=2", "id: 1\ndata: 1\n\nid: 2\ndata: 2\n\n"},
		"from":     {"/sse/count?n=2&from=7", "id: 7\ndata: 7\n\nid: 8\ndata: 8\n\n"},
		"type":     {"/sse/count?n=1&type=tick", "event: tick\nid: 1\ndata: 1\n\n"},
		"retry":    {"/sse/count?n=1&retry=250", "retry: 250\nid: 1\ndata: 1\n\n"},
		"retry 0":  {"/sse/count?n=1&retry=0", "retry: 0\nid: 1\ndata: 1\n\n"},
		"interval": {"/sse/count?n=2&interval=1", "id: 1\ndata: 1\n\nid: 2\ndata: 2\n\n"},
		"none":     {"/sse/count?n=0", ""},
	} {
		t.Run(name, func(t *testing.T) {
			resp := get(t, s, tc.target)
			assert.Equal(t, 200, resp.StatusCode)
			assert.Equal(t, "text/event-stream", resp.Header.Get("Content-Type"))
			wantBody(t, resp, tc.want)
		})
	}
}

func TestCountGoesOnAfterTheLastEventID(t *testing.T) {
	s := New(t)
	for name, tc := range map[string]struct {
		target, id, want string
	}{
		"in the header":        {"/sse/count?n=3", "2", "id: 3\ndata: 3\n\n"},
		"in the query":         {"/sse/count?n=3&lastEventId=2", "", "id: 3\ndata: 3\n\n"},
		"the header wins":      {"/sse/count?n=3&lastEventId=1", "2", "id: 3\ndata: 3\n\n"},
		"never sent: anew":     {"/sse/count?n=1", "99", "id: 1\ndata: 1\n\n"},
		"not a number: anew":   {"/sse/count?n=1", "x", "id: 1\ndata: 1\n\n"},
		"the last, then=eof":   {"/sse/count?n=1&then=eof", "1", ""},
		"without an id, again": {"/sse/count?n=1&then=eof", "", "id: 1\ndata: 1\n\n"},
	} {
		t.Run(name, func(t *testing.T) {
			resp := get(t, s, tc.target, "Last-Event-ID", tc.id)
			assert.Equal(t, 200, resp.StatusCode)
			wantBody(t, resp, tc.want)
		})
	}
}

func TestCountTellsAReceiverThatHasAllToStop(t *testing.T) {
	s := New(t)
	t.Run("by its last event ID", func(t *testing.T) {
		assert.Equal(t, 204, get(t, s, "/sse/count?n=3", "Last-Event-ID", "3").StatusCode)
	})
	t.Run("by its key, once", func(t *testing.T) {
		for _, status := range []int{200, 204, 200} {
			resp := get(t, s, "/sse/count?n=0&key=a")
			assert.Equal(t, status, resp.StatusCode)
			wantBody(t, resp, "")
		}
	})
}

func TestCountHangsAfterTheLastEvent(t *testing.T) {
	resp := get(t, New(t), "/sse/count?n=1&then=hang")
	wantPart(t, resp, "id: 1\ndata: 1\n\n")
}

func TestCountCutsTheConnectionAfterEveryKEvents(t *testing.T) {
	s := New(t)
	wantCut(t, get(t, s, "/sse/count?n=3&drop=2"), "id: 1\ndata: 1\n\nid: 2\ndata: 2\n\n")
	wantBody(t, get(t, s, "/sse/count?n=3&drop=2", "Last-Event-ID", "2"), "id: 3\ndata: 3\n\n")
}
