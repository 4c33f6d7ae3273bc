//go:build js

package browser

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bothWakes runs a test with the Go object known, and not.
func bothWakes(t *testing.T, test func(t *testing.T)) {
	takePlainRoad(t)
	t.Run("by what Go exports", test)
	t.Run("by a callback", func(t *testing.T) {
		loseGo(t)
		test(t)
	})
}

// A burst of anything arrives as it was sent, whichever way each message takes.
func TestTheMailboxChangesNothing(t *testing.T) {
	bothWakes(t, func(t *testing.T) {
		_, r, ws := open(t)
		random := rand.New(rand.NewPCG(1, 2))
		for range 20 {
			var sent []string
			for range 1 + random.IntN(100) {
				sent = append(sent, sendAny(random, ws))
			}
			for k, want := range sent {
				require.True(t, want == receive(t, r.lines), "message %d of %d, %d bytes", k, len(sent), len(want))
			}
		}
	})
}

// sendAny lets the server send something, and returns its line in a recorder.
func sendAny(random *rand.Rand, ws js.Value) string {
	sizes := []int{0, 1, 100, 16<<10 - 1, 16 << 10, 64 << 10, mailboxSize - recordHeader, mailboxSize}
	n := sizes[random.IntN(6)]
	if random.IntN(50) == 0 {
		n = sizes[6+random.IntN(2)]
	}
	if random.IntN(2) == 0 {
		text := strings.Repeat([]string{"x", "é", "🙂"}[random.IntN(3)], n/4)
		ws.Call("message", text)
		return "text " + text
	}
	data := bytes.Repeat([]byte{byte(random.IntN(256))}, n)
	array := js.Global().Get("Uint8Array").New(n)
	js.CopyBytesToJS(array, data)
	ws.Call("message", array.Get("buffer"))
	return "binary " + string(data)
}

func TestEachWebSocketGetsItsMessages(t *testing.T) {
	bothWakes(t, func(t *testing.T) {
		_, first, ws1 := open(t)
		gone, second, ws2 := open(t)
		for _, text := range []string{"a", "b", "c"} {
			ws1.Call("message", "first "+text)
			ws2.Call("message", "second "+text)
		}
		gone.Release()
		ws1.Call("message", "first d")
		for _, text := range []string{"a", "b", "c", "d"} {
			assert.Equal(t, "text first "+text, receive(t, first.lines))
		}
		assert.Empty(t, second.lines, "what was in the mailbox is dropped")
		receive(t, first.turns)
		assert.Empty(t, second.turns)
	})
}

// A page can call what a program exports, with anything.
func TestTheMailboxMayBeEmptiedAtAnyTime(t *testing.T) {
	takePlainRoad(t)
	_, r, ws := open(t)
	ws.Call("message", "x")
	for _, id := range []int32{-1, 0, 1 << 30} {
		mailboxDrain(id)
	}
	assert.Equal(t, "text x", receive(t, r.lines))
	receive(t, r.turns)
	old := theMailbox
	theMailbox = nil
	defer func() { theMailbox = old }()
	mailboxDrain(0)
}

// What a page makes of an event may be no message at all.
func TestAnythingMayBeCalledAMessage(t *testing.T) {
	bothWakes(t, func(t *testing.T) {
		_, r, ws := open(t)
		for _, data := range []any{js.Null(), js.Undefined(), 5, true, script(`return {byteLength: 7}`), script(`return {byteLength: -1}`), script(`return {byteLength: 1e12}`)} {
			ws.Call("message", data)
		}
		ws.Call("message", "the next")
		for line := ""; line != "text the next"; {
			line = receive(t, r.lines)
			assert.Regexp(t, "^(failed |text |binary \x00*$)", line)
		}
	})
}
