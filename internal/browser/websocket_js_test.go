//go:build js

package browser

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fakeWebSocket is a WebSocket without a network: what is sent is echoed, in
// tasks of their own as a browser does it, and flood comes from the server.
const fakeWebSocket = `
	return class FakeWebSocket extends EventTarget {
		constructor(url, protocols) {
			super();
			if (url.includes("#")) throw new DOMException("fragment", "SyntaxError");
			FakeWebSocket.last = this;
			this.url = url; this.protocol = protocols[protocols.length - 1] ?? "";
			this.bufferedAmount = 7; this.closes = []; this.kept = [];
			for (const type of ["open", "error", "close"])
				this.addEventListener(type, (e) => this["on" + type]?.(e));
			setTimeout(() => this.dispatchEvent(new Event("open")), 0);
		}
		send(data) {
			if (data === "throw") throw new DOMException("not open", "InvalidStateError");
			const copy = typeof data === "string" ? data : data.slice().buffer;
			setTimeout(() => this.message(copy), 0);
		}
		message(data) { this.kept.push(data); this.dispatchEvent(new MessageEvent("message", {data})); }
		flood(n) { for (let i = 0; i < n; i++) this.message(String(i)); }
		close(code, reason) {
			if (code === 1001) throw new DOMException("1001", "InvalidAccessError");
			this.closes.push(code, reason);
			setTimeout(() => this.finish(code ?? 1005, reason ?? "", true), 0);
		}
		finish(code, reason, wasClean) {
			this.dispatchEvent(Object.assign(new Event("close"), {code, reason, wasClean}));
		}
	}`

// A recorder turns events into one line each.
type recorder struct {
	lines  chan string
	turns  chan struct{}
	refuse func(atLeast int) bool
}

func newRecorder() *recorder {
	return &recorder{lines: make(chan string, 10000), turns: make(chan struct{}, 10000)}
}

func (r *recorder) Turn() { r.turns <- struct{}{} }

func (r *recorder) Opened(protocol string) { r.lines <- "open " + protocol }

func (r *recorder) Accept(atLeast int) bool {
	if r.refuse != nil && r.refuse(atLeast) {
		r.lines <- "refused " + strconv.Itoa(atLeast)
		return false
	}
	return true
}

func (r *recorder) Message(text bool, data []byte) {
	if text {
		r.lines <- "text " + string(data)
		return
	}
	r.lines <- "binary " + string(data)
}

func (r *recorder) Failed(err error) {
	if err == nil {
		r.lines <- "error"
		return
	}
	r.lines <- "failed " + err.Error()
}

func (r *recorder) Closed(code uint16, reason string, clean bool) {
	r.lines <- "close " + strconv.Itoa(int(code)) + " " + reason + " " + strconv.FormatBool(clean)
}

// open returns an open WebSocket of the fake class, which also gives the
// JavaScript object, for the test to play the server.
func open(t *testing.T) (*WebSocket, *recorder, js.Value) {
	t.Helper()
	return openAs(t, script(fakeWebSocket))
}

// openAs is open for another class.
func openAs(t *testing.T, class js.Value) (*WebSocket, *recorder, js.Value) {
	t.Helper()
	wantNoLeak(t)
	replaceGlobal(t, "WebSocket", class)
	r := newRecorder()
	w, err := NewWebSocket("ws://server.test/", []string{"a", "b"}, r)
	require.NoError(t, err)
	t.Cleanup(w.Release)
	require.Equal(t, "open b", receive(t, r.lines))
	return w, r, class.Get("last")
}

// onBothRoads are the behaviours that do not depend on the road.
var onBothRoads = []struct {
	name string
	test func(t *testing.T)
}{
	{"WebSocket is set up for binary", testWebSocketIsSetUpForBinary},
	{"messages pass unchanged", testMessagesPassUnchanged},
	{"a flood arrives in order and before the close", testAFloodArrivesInOrderAndBeforeTheClose},
	{"messages after a drain wake go again", testMessagesAfterADrainWakeGoAgain},
	{"ask turn lets the event loop come round", testAskTurnLetsTheEventLoopComeRound},
	{"refused messages are not delivered", testRefusedMessagesAreNotDelivered},
	{"error event has nothing to say", testErrorEventHasNothingToSay},
	{"a message that cannot be read costs only itself", testAMessageThatCannotBeReadCostsOnlyItself},
	{"WebSocket close", testWebSocketClose},
	{"exceptions are errors", testExceptionsAreErrors},
	{"a missing WebSocket is unsupported", testAMissingWebSocketIsUnsupported},
	{"anything that calls itself WebSocket gives an error", testAnythingThatCallsItselfWebSocketGivesAnError},
	{"a Blob is no empty message", testABlobIsNoEmptyMessage},
	{"getters and setters may throw", testGettersAndSettersMayThrow},
	{"what is sent is not changed later", testWhatIsSentIsNotChangedLater},
	{"release takes all handlers back", testReleaseTakesAllHandlersBack},
	{"release inside an event ends the events", testReleaseInsideAnEventEndsTheEvents},
}

// TestBothRoads needs a runner that loads amphiwire.js, as wasm_exec does.
func TestBothRoads(t *testing.T) {
	t.Run("glue", func(t *testing.T) {
		require.Empty(t, Plain())
		for _, b := range onBothRoads {
			t.Run(b.name, b.test)
		}
	})
	t.Run("plain", func(t *testing.T) {
		takePlainRoad(t)
		require.False(t, findGo().IsNull())
		for _, b := range onBothRoads {
			t.Run(b.name, b.test)
		}
	})
	t.Run("plain, with a Go object that is not found", func(t *testing.T) {
		takePlainRoad(t)
		loseGo(t)
		for _, b := range onBothRoads {
			t.Run(b.name, b.test)
		}
	})
}

// loseGo lets the mailbox know nothing of the Go object until the test ends.
func loseGo(t *testing.T) {
	old := theMailbox
	theMailbox = newMailbox(js.Null())
	t.Cleanup(func() { theMailbox = old })
}

// takePlainRoad lets WebSockets ignore the glue until the test ends.
func takePlainRoad(t *testing.T) {
	old := glue
	glue.looked, glue.why = true, "the test wants it so"
	t.Cleanup(func() { glue = old })
}

func testWebSocketIsSetUpForBinary(t *testing.T) {
	w, _, ws := open(t)
	assert.Equal(t, "arraybuffer", ws.Get("binaryType").String())
	assert.Equal(t, "ws://server.test/", ws.Get("url").String())
	assert.Equal(t, 7, w.BufferedAmount())
}

func testMessagesPassUnchanged(t *testing.T) {
	w, r, _ := open(t)
	for _, text := range []string{"", "x", "\x00", "\uFEFFa byte order mark", "é🙂", "xé", "xxx🙂x", "xxxxé", "xxxxxxx\u007f\u0080", strings.Repeat("é", 70_000), strings.Repeat("x", 3<<20)} {
		require.NoError(t, w.SendText([]byte(text)))
		assert.True(t, "text "+text == receive(t, r.lines), "text of %d bytes", len(text))
	}
	for _, n := range []int{0, 1, 125, 4096, 4097, mailboxSize - recordHeader, mailboxSize - recordHeader + 1, 1 << 20, 3 << 20} {
		data := bytes.Repeat([]byte{0, 1, 254, 255}, n/4+1)[:n]
		require.NoError(t, w.SendBinary(data))
		assert.True(t, "binary "+string(data) == receive(t, r.lines), "binary of %d bytes", n)
	}
}

func TestMessagesOfManyLengthsPassUnchanged(t *testing.T) {
	takePlainRoad(t)
	w, r, _ := open(t)
	for n := range 200 {
		data := strings.Repeat(strconv.Itoa(n%10), n)
		require.NoError(t, w.SendBinary([]byte(data)))
		require.NoError(t, w.SendText([]byte(data)))
		assert.Equal(t, "binary "+data, receive(t, r.lines))
		assert.Equal(t, "text "+data, receive(t, r.lines))
	}
}

func testAFloodArrivesInOrderAndBeforeTheClose(t *testing.T) {
	_, r, ws := open(t)
	const n = 5000
	ws.Call("flood", n) // in one task, as a browser may
	ws.Call("finish", 4001, "bye", true)
	for i := range n {
		require.Equal(t, "text "+strconv.Itoa(i), receive(t, r.lines))
	}
	assert.Equal(t, "close 4001 bye true", receive(t, r.lines))
}

func testMessagesAfterADrainWakeGoAgain(t *testing.T) {
	_, r, ws := open(t)
	for i := range 10 {
		ws.Call("flood", 1)
		assert.Equal(t, "text 0", receive(t, r.lines), "round %d", i)
	}
}

func testAskTurnLetsTheEventLoopComeRound(t *testing.T) {
	w, r, ws := open(t)
	for range 3 {
		w.AskTurn()
		receive(t, r.turns)
	}
	ws.Call("flood", 1)
	receive(t, r.turns)
	assert.Equal(t, "text 0", receive(t, r.lines), "messages still come")
	assert.Empty(t, r.turns)
}

func testRefusedMessagesAreNotDelivered(t *testing.T) {
	_, r, ws := open(t)
	r.refuse = func(atLeast int) bool { return atLeast > 3 }
	ws.Call("message", "four")
	ws.Call("message", js.Global().Get("ArrayBuffer").New(5))
	ws.Call("message", "ok")
	for _, want := range []string{"refused 4", "refused 5", "text ok"} {
		assert.Equal(t, want, receive(t, r.lines))
	}
}

func testErrorEventHasNothingToSay(t *testing.T) {
	_, r, ws := open(t)
	ws.Call("dispatchEvent", js.Global().Get("Event").New("error"))
	ws.Call("finish", 1006, "", false)
	assert.Equal(t, "error", receive(t, r.lines))
	assert.Equal(t, "close 1006  false", receive(t, r.lines))
}

func testAMessageThatCannotBeReadCostsOnlyItself(t *testing.T) {
	_, r, ws := open(t)
	ws.Call("message", js.Global().Get("Symbol").Invoke("no data"))
	ws.Call("message", "next")
	assert.Contains(t, receive(t, r.lines), "failed TypeError")
	assert.Equal(t, "text next", receive(t, r.lines))
}

func TestMessagesThatDoNotFitGiveTheirMemoryBackAtOnce(t *testing.T) {
	takePlainRoad(t)
	loseGo(t)
	_, r, ws := open(t)
	fits := mailboxSize - recordHeader
	for i, test := range []struct{ size, kept int }{{fits, fits}, {fits + 1, 0}, {2 * fits, 0}} {
		ws.Call("message", js.Global().Get("ArrayBuffer").New(test.size))
		assert.Len(t, receive(t, r.lines), len("binary ")+test.size)
		assert.Equal(t, test.kept, ws.Get("kept").Index(i).Get("byteLength").Int(), "of %d bytes", test.size)
	}
}

func testWebSocketClose(t *testing.T) {
	w, r, ws := open(t)
	require.NoError(t, w.Close(3000, "bye"))
	assert.Equal(t, "close 3000 bye true", receive(t, r.lines))
	require.NoError(t, w.Close(0, "a reason needs a code"))
	assert.Equal(t, "close 1005  true", receive(t, r.lines))
	assert.Equal(t, 3000, ws.Get("closes").Index(0).Int())
	assert.True(t, ws.Get("closes").Index(2).IsUndefined())
}

func testExceptionsAreErrors(t *testing.T) {
	w, _, _ := open(t)
	_, constructing := NewWebSocket("ws://server.test/#fragment", nil, newRecorder())
	for _, test := range []struct {
		name string
		err  error
	}{
		{"SyntaxError", constructing},
		{"InvalidAccessError", w.Close(1001, "")},
		{"InvalidStateError", w.SendText([]byte("throw"))},
	} {
		var thrown *Error
		require.ErrorAs(t, test.err, &thrown)
		assert.Equal(t, test.name, thrown.Name)
	}
}

func testAMissingWebSocketIsUnsupported(t *testing.T) {
	wantNoLeak(t)
	replaceGlobal(t, "WebSocket", js.Undefined())
	_, err := NewWebSocket("ws://server.test/", nil, newRecorder())
	assert.ErrorIs(t, err, errors.ErrUnsupported)
}

func testAnythingThatCallsItselfWebSocketGivesAnError(t *testing.T) {
	for what, body := range map[string]string{
		"no constructor":        `return () => {}`,
		"without methods":       `return class {}`,
		"throws a string":       `return class { constructor() { throw "no" } }`,
		"throws undefined":      `return class { constructor() { throw undefined } }`,
		"refuses its listeners": `return class { send() {} close() {} removeEventListener() {} addEventListener() { throw new Error("no") } }`,
	} {
		t.Run(what, func(t *testing.T) {
			wantNoLeak(t)
			replaceGlobal(t, "WebSocket", script(body))
			_, err := NewWebSocket("ws://server.test/", nil, newRecorder())
			var thrown *Error
			assert.ErrorAs(t, err, &thrown)
		})
	}
}

func testReleaseTakesAllHandlersBack(t *testing.T) {
	w, r, ws := open(t)
	ws.Call("flood", 1)
	arrived := len(r.lines) // on the glue road it does not wait
	w.Release()
	w.Release()
	ws.Call("flood", 1)
	ws.Call("finish", 1000, "", true)
	require.NoError(t, w.SendText([]byte("the connection itself goes on")))
	assert.Len(t, r.lines, arrived, "what was queued is dropped")
	for _, attribute := range stateAttributes {
		assert.True(t, ws.Get(attribute).IsNull(), attribute)
	}
}

// releaser releases its WebSocket in the middle of a batch.
type releaser struct {
	*recorder
	w *WebSocket
}

func (r *releaser) Message(text bool, data []byte) {
	r.recorder.Message(text, data)
	r.w.Release()
}

func testReleaseInsideAnEventEndsTheEvents(t *testing.T) {
	w, r, ws := open(t)
	releasing := &releaser{r, w}
	w.events = releasing
	switch r := w.road.(type) {
	case *plain:
		r.events = releasing
	case *glued:
		r.events = releasing
	}
	ws.Call("flood", 3)
	assert.Equal(t, "text 0", receive(t, r.lines))
	ws.Call("flood", 1)
	require.NoError(t, w.SendText([]byte("x")))
	assert.Empty(t, r.lines)
}
