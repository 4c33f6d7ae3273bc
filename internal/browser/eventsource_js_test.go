//go:build js

package browser

import (
	"errors"
	"strconv"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fakeEventSource is an EventSource without a network.
const fakeEventSource = `
	return class FakeEventSource extends EventTarget {
		constructor(url, init) {
			super();
			if (url === "http://[") throw new DOMException("bad url", "SyntaxError");
			FakeEventSource.last = this;
			this.url = url; this.withCredentials = init.withCredentials; this.readyState = 0; this.listeners = 0;
		}
		addEventListener(type, f) { super.addEventListener(type, f); this.listeners++; }
		removeEventListener(type, f) { super.removeEventListener(type, f); this.listeners--; }
		plain(type, readyState) { this.readyState = readyState; this.dispatchEvent(new Event(type)); }
		event(type, data, lastEventId) { this.dispatchEvent(new MessageEvent(type, {data, lastEventId})); }
		close() { this.readyState = 2; }
	}`

// A sourceRecorder turns events into one line each.
type sourceRecorder struct{ lines chan string }

func (r *sourceRecorder) Opened() { r.lines <- "open" }

func (r *sourceRecorder) Event(typ, data, lastEventID string) {
	r.lines <- "event " + typ + " " + strconv.Quote(data) + " " + lastEventID
}

func (r *sourceRecorder) Failed(closed bool, err error) {
	if err != nil {
		r.lines <- "failed " + err.Error()
		return
	}
	r.lines <- "error " + strconv.FormatBool(closed)
}

func openSource(t *testing.T, types ...string) (*EventSource, *sourceRecorder, js.Value) {
	t.Helper()
	wantNoLeak(t)
	class := script(fakeEventSource)
	replaceGlobal(t, "EventSource", class)
	r := &sourceRecorder{lines: make(chan string, 100)}
	s, err := NewEventSource("http://server.test/", true, types, r)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s, r, class.Get("last")
}

func TestEventSourceEvents(t *testing.T) {
	_, r, source := openSource(t, "a", "message", "a")
	assert.Equal(t, 4, source.Get("listeners").Int(), "one listener a type, and open and error")
	assert.True(t, source.Get("withCredentials").Bool())
	source.Call("plain", "open", 1)
	source.Call("event", "a", "1\n2", "id")
	source.Call("event", "message", "", "")
	source.Call("event", "b", "nobody listens", "")
	source.Call("plain", "error", 0)
	source.Call("plain", "error", 2)
	for _, want := range []string{"open", `event a "1\n2" id`, `event message "" `, "error false", "error true"} {
		assert.Equal(t, want, receive(t, r.lines))
	}
	assert.Empty(t, r.lines)
}

func TestServersEventsNamedOpenAndErrorAreEvents(t *testing.T) {
	_, r, source := openSource(t, "open", "error")
	source.Call("event", "open", "x", "1")
	source.Call("event", "error", "y", "2")
	source.Call("plain", "open", 1)
	for _, want := range []string{`event open "x" 1`, `event error "y" 2`, "open"} {
		assert.Equal(t, want, receive(t, r.lines))
	}
	assert.Empty(t, r.lines, "each is delivered once")
}

func TestEventSourceCloseTakesAllListenersBack(t *testing.T) {
	s, r, source := openSource(t, "message")
	s.Close()
	s.Close()
	source.Call("event", "message", "x", "")
	assert.Empty(t, r.lines)
	assert.Equal(t, readyStateClosed, source.Get("readyState").Int())
	assert.Zero(t, source.Get("listeners").Int())
}

func TestEventSourceConstructorThrows(t *testing.T) {
	wantNoLeak(t)
	for what, body := range map[string]string{
		"a bad URL":             fakeEventSource,
		"refuses its listeners": `return class { close() {} removeEventListener() {} addEventListener() { throw new Error("no") } }`,
	} {
		replaceGlobal(t, "EventSource", script(body))
		_, err := NewEventSource("http://[", false, nil, &sourceRecorder{})
		var thrown *Error
		assert.ErrorAs(t, err, &thrown, what)
	}
}

func TestAMissingEventSourceIsUnsupported(t *testing.T) {
	wantNoLeak(t)
	replaceGlobal(t, "EventSource", js.Undefined())
	assert.False(t, HasEventSource())
	_, err := NewEventSource("http://server.test/", false, nil, &sourceRecorder{})
	assert.ErrorIs(t, err, errors.ErrUnsupported)
}
