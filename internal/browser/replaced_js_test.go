//go:build js

package browser

import (
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A page may put what it likes in the place of WebSocket. A class that wraps the
// platform's may take no notice of binaryType.
func testABlobIsNoEmptyMessage(t *testing.T) {
	_, r, ws := open(t)
	const refused = "failed TypeError: "
	for _, row := range []struct{ data, want string }{
		{`new Blob(["abc"])`, refused},
		{`new Blob([])`, refused},
		{`new ArrayBuffer(0)`, "binary "},
		{`new Uint8Array([65, 66, 67]).subarray(1)`, "binary BC"},
		{`new DataView(new ArrayBuffer(2))`, refused},
		{`{byteLength: 2}`, refused},
	} {
		ws.Call("message", script("return "+row.data))
		line := receive(t, r.lines)
		if row.want == refused {
			line = line[:min(len(line), len(refused))]
		}
		assert.Equal(t, row.want, line, row.data)
	}
}

// Such a class may look at what it was given when it has been given more.
func testWhatIsSentIsNotChangedLater(t *testing.T) {
	for what, send := range map[string]string{
		"a method":      `function (data) { setTimeout(() => this.message(data), 0); }`,
		"one bound":     `((data) => { setTimeout(() => this.message(data), 0); }).bind(this)`,
		"one disguised": `Object.assign((data) => { setTimeout(() => this.message(data), 0); }, {toString: () => "function send() { [native code] }"})`,
	} {
		t.Run(what, func(t *testing.T) {
			w, r, _ := openAs(t, script(`const Fake = (() => {`+fakeWebSocket+`})();
				return class Late extends Fake { constructor(...args) { super(...args); Late.last = this; this.send = `+send+`; } }`))
			data := []byte("one")
			require.NoError(t, w.SendBinary(data))
			copy(data, "two")
			require.NoError(t, w.SendBinary(data))
			require.NoError(t, w.SendText([]byte("three")))
			for _, want := range []string{"binary one", "binary two", "text three"} {
				assert.Equal(t, want, receive(t, r.lines))
			}
		})
	}
}

// A Proxy without a set, for one, throws whenever an attribute is set.
func testGettersAndSettersMayThrow(t *testing.T) {
	for _, attribute := range []string{"binaryType", "onopen", "onclose"} {
		t.Run(attribute, func(t *testing.T) {
			wantNoLeak(t)
			replaceGlobal(t, "WebSocket", script(`const Fake = (() => {`+fakeWebSocket+`})();
				return class Throwing extends Fake {
					get `+attribute+`() { return null; }
					set `+attribute+`(value) { throw new Error("set"); }
				}`))
			_, err := NewWebSocket("ws://server.test/", nil, newRecorder())
			assert.EqualError(t, err, "Error: set")
		})
	}
	w, r, ws := open(t)
	js.Global().Get("Object").Call("defineProperty", ws, "bufferedAmount", script(`return {get() { throw new Error("get"); }}`))
	assert.Zero(t, w.BufferedAmount())
	ws.Call("dispatchEvent", script(`return Object.defineProperty(new Event("close"), "code", {get() { throw new Error("get"); }})`))
	assert.Equal(t, "failed Error: get", receive(t, r.lines))
}

// One Go object may run a program after another, as the page does that comes
// with the toolchain. What the first one left open is not for the second. (What
// is short waits in a mailbox that nobody empties any more.)
func TestAWebSocketThatOutlivesItsProgramIsSilent(t *testing.T) {
	late := js.Global().Get("Function").New("go", "ws", `
		const instance = go._inst;
		go._inst = {exports: {}};
		try {
			for (const data of ["x".repeat(1 << 20), new ArrayBuffer(1 << 16), new ArrayBuffer(1 << 20), new Blob([])]) ws.message(data);
			ws.finish(1000, "", true);
		} finally {
			go._inst = instance;
		}`)
	test := func(t *testing.T) {
		_, r, ws := open(t)
		late.Invoke(findGo(), ws)
		ws.Call("finish", 4000, "of its own", true)
		assert.Equal(t, "close 4000 of its own true", receive(t, r.lines))
	}
	t.Run("glue", test)
	t.Run("plain", func(t *testing.T) {
		takePlainRoad(t)
		test(t)
	})
}
