//go:build js

package pages

import (
	"context"
	"os"
	"syscall/js"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// patience is how long anything may take. Nothing is measured by it.
const patience = 30 * time.Second

// within is a context that ends long after the test should have.
func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// ws and events are URLs of the companion server.
func ws(path string) string     { return os.Getenv("AMPHIWIRE_WS") + "/ws/" + path }
func events(path string) string { return os.Getenv("AMPHIWIRE_HTTP") + "/sse/" + path }

// A pageEvent is what an engine dispatches.
type pageEvent struct {
	class, name string
	onDocument  bool
	init        map[string]any
}

// The events as the standards define them: class, target and members. Those
// of document bubble to the window but for resume.
var (
	pagehide  = pageEvent{class: "PageTransitionEvent", name: "pagehide", init: map[string]any{"persisted": true}}
	pageshow  = pageEvent{class: "PageTransitionEvent", name: "pageshow", init: map[string]any{"persisted": true}}
	online    = pageEvent{class: "Event", name: "online"}
	offline   = pageEvent{class: "Event", name: "offline"}
	visible   = pageEvent{class: "Event", name: "visibilitychange", onDocument: true, init: map[string]any{"bubbles": true}}
	resume    = pageEvent{class: "Event", name: "resume", onDocument: true}
	wakeUps   = []pageEvent{online, visible, resume, pageshow}
	inWorkers = []pageEvent{online}
)

// dispatch makes the event happen, except that it is not trusted, for which
// nobody asks.
func (e pageEvent) dispatch() {
	init := e.init
	if init == nil {
		init = map[string]any{}
	}
	target := js.Global()
	if e.onDocument {
		target = target.Get("document")
	}
	target.Call("dispatchEvent", js.Global().Get(e.class).New(e.name, init))
}

// isPage tells a page from a Worker.
func isPage() bool { return js.Global().Get("document").Truthy() }

// needsPage skips a test of what Workers do not have.
func needsPage(t *testing.T) {
	if !isPage() {
		t.Skip("a Worker has neither visibility nor a history")
	}
}

// here are the events of wakeUps that this global object gets.
func here() []pageEvent {
	if isPage() {
		return wakeUps
	}
	return inWorkers
}

// next receives from ch.
func next[V any](t *testing.T, ch <-chan V) V {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(patience):
		require.FailNow(t, "nothing came")
	}
	panic("not reached")
}
