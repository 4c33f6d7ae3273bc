//go:build js

package browser

import (
	_ "embed" // for mailbox.wasm
	"math/bits"
	"syscall/js"
)

// mailboxCode is a WebAssembly module, made of mailbox.wat.
//
//go:embed mailbox.wasm
var mailboxCode string

// A mailbox is memory outside of Go's in which the messages of all WebSockets
// on the plain road wait for Go, and the module that puts them there. A page
// that may run Go may run it: it needs no script and no eval.
//
// All that the module does with JavaScript's values it does itself, so that
// none becomes a js.Value, which would cost 2 to 4 µs and stay in memory until
// a Go collection. Calls into Go, of 10 µs each, are one for all messages that
// have arrived together.
type mailbox struct {
	memory  js.Value // Uint8Array of all of it
	message js.Value // the functions that mailbox.wat exports
	empty   js.Value
	turn    js.Value // wantTurn
	guard   js.Value
	binary  js.Value // sendBinary
	text    js.Value // sendText
	batch   []byte   // Go's copy of the memory while it is emptied

	turns *plain // whose Turn is to be called, linked: see table
}

// mailboxSize is how many bytes of messages wait at most, in whole pages of
// 64 KiB. A longer message takes a way of its own.
const mailboxSize = 1 << 20

// recordHeader is how many bytes a record has before its message.
const recordHeader = 8

// textBit is set in the length of a record's message if that is a text.
const textBit = 1 << 31

// theMailbox is made when it is first needed and kept: an engine sets aside
// gigabytes of addresses for each memory.
var theMailbox *mailbox

func getMailbox() *mailbox {
	if theMailbox == nil {
		theMailbox = newMailbox(findGo())
	}
	return theMailbox
}

// newMailbox makes one for the program of a Go object, which may be null.
func newMailbox(object js.Value) *mailbox {
	wasm, m := js.Global().Get("WebAssembly"), &mailbox{}
	code := uint8Array.get().New(len(mailboxCode))
	js.CopyBytesToJS(code, []byte(mailboxCode))
	const pages = mailboxSize >> 16
	memory := wasm.Get("Memory").New(map[string]any{"initial": pages, "maximum": pages})
	m.memory = uint8Array.get().New(memory.Get("buffer"))

	ask, asked, attribute := newTask()
	lent := js.Global().Get("Object").New()
	put(lent, "memory", memory)
	put(lent, "ask", ask)
	put(lent, "deliver", js.FuncOf(m.onDeliver).Value) // for as long as the program runs
	m.lend(lent)
	lendGo(lent, object)
	exports := wasm.Get("Instance").New(wasm.Get("Module").New(code), map[string]any{"js": lent}).Get("exports")
	asked.Set(attribute, exports.Get("turn"))
	if asked.Get("unref").Type() == js.TypeFunction {
		asked.Call("unref") // Node: it would keep the process alive
	}
	for i, f := range [...]*js.Value{&m.message, &m.empty, &m.turn, &m.guard, &m.binary, &m.text} {
		*f = exports.Get(mailboxExports[i])
	}
	return m
}

// newTask returns a function that has another one called in a task of its own:
// the one that asked then has as this attribute. WebKit takes 100 µs to send a
// message through a channel, and 5 to tell that an element was opened or closed.
func newTask() (ask, asked js.Value, attribute string) {
	document := js.Global().Get("document")
	if document.Type() == js.TypeObject && text(js.Global().Get("navigator").Get("vendor")) == "Apple Computer, Inc." {
		asked = document.Call("createElement", "details")
		return bind(asked, "toggleAttribute", "open"), asked, "ontoggle"
	}
	channel := js.Global().Get("MessageChannel").New()
	return bind(channel.Get("port1"), "postMessage", 0), channel.Get("port2"), "onmessage"
}

// What the module imports by the platform's own names: functions that need no
// receiver, and strings. A loop over names is smaller in a bundle than as many
// statements.
var (
	lentFunctions = [...]struct{ of, name string }{{"Reflect", "get"}, {"Reflect", "apply"}, {"Object", "is"}, {"Array", "of"}}
	lentStrings   = [...]string{"data", "length", "written", "exited", "buffer", "_inst"}
	lentExports   = [...]string{"amphiwire_drain", "amphiwire_accept", "amphiwire_deliver"}
)

// mailboxExports are the functions that the module exports for Go to call.
var mailboxExports = [...]string{"message", "empty", "wantTurn", "guard", "sendBinary", "sendText"}

// lend lends functions of the platform.
func (m *mailbox) lend(lent js.Value) {
	for _, f := range lentFunctions {
		put(lent, f.name, js.Global().Get(f.of).Get(f.name))
	}
	for _, name := range [...]string{"set", "subarray", "slice"} {
		put(lent, "Uint8Array."+name, uncurry("Uint8Array", name))
	}
	for _, s := range lentStrings {
		put(lent, s, js.ValueOf(s))
	}
	put(lent, "object", js.Global().Get("Object"))
	put(lent, "view", bind(js.Global().Get("Reflect"), "construct", uint8Array.get()))
	put(lent, "set", bind(m.memory, "set"))
	put(lent, "subarray", bind(m.memory, "subarray"))
	put(lent, "encodeInto", bind(js.Global().Get("TextEncoder").New(), "encodeInto"))
	put(lent, "decode", newTextDecoder())
}

// lendGo lends what wakes Go without a callback. Where the object is null the
// module does not use it, and takes any function for it.
func lendGo(lent, object js.Value) {
	exports, instance, resume, resolveExit := js.Global(), js.Undefined(), js.Undefined(), js.Undefined()
	if !object.IsNull() {
		exports, instance, resume, resolveExit = goExports(object), object.Get("_inst"), bind(object, "_resume"), object.Get("_resolveExitPromise")
	}
	put(lent, "go", object)
	put(lent, "instance", instance)
	put(lent, "mem", exports.Get("mem"))
	lendFunction(lent, "resume", resume)
	lendFunction(lent, "resolveExit", resolveExit)
	for _, name := range lentExports {
		lendFunction(lent, name, exports.Get(name))
	}
}

// put is Set for a Value. In each of its callers that would be longer than a call.
//
//go:noinline
func put(object js.Value, name string, v js.Value) { object.Set(name, v) }

// lendFunction lends f, or any function if f is none.
func lendFunction(lent js.Value, name string, f js.Value) {
	if f.Type() != js.TypeFunction {
		f = js.Global().Get("Object")
	}
	put(lent, name, f)
}

// mailboxDrain is called by the module before it writes a message for the
// WebSocket id, and with 0 when all that has arrived together is there.
//
//go:wasmexport amphiwire_drain
func mailboxDrain(id int32) {
	m := theMailbox
	if m == nil {
		return
	}
	m.drain()
	if p := plainOf(id); p != nil {
		m.wantTurn(p)
	}
	if id == 0 {
		m.callTurns()
	}
}

// onDeliver is called by the module: with a WebSocket's number and an event of
// its own that the mailbox does not take, or with 0.
func (m *mailbox) onDeliver(_ js.Value, args []js.Value) any {
	m.drain()
	if p := plainOf(int32(args[0].Int())); p != nil {
		m.wantTurn(p)
		p.deliverEvent(args[1])
	}
	m.callTurns()
	return nil
}

// drain delivers what is in the mailbox. No message comes meanwhile: this is
// the event loop's thread.
func (m *mailbox) drain() {
	n := m.empty.Invoke().Int()
	if n == 0 {
		return
	}
	batch := m.batch
	m.batch = nil // in use
	if n > len(batch) {
		batch = make([]byte, 1<<bits.Len(uint(n)))
	}
	js.CopyBytesToGo(batch[:n], m.memory)
	for rest := batch[:n]; len(rest) > 0; {
		rest = m.deliver(rest)
	}
	m.batch = batch
}

// deliver delivers the first of some records and returns the others.
func (m *mailbox) deliver(records []byte) []byte {
	length := number32(records[4:])
	end := recordHeader + int(length&^textBit)
	if p := plainOf(int32(number32(records))); p != nil {
		m.wantTurn(p)
		p.deliverCopy(length&textBit != 0, records[recordHeader:end])
	}
	return records[end:]
}

// number32 is encoding/binary's Uint32, without the package reflect.
func number32(b []byte) uint32 {
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

// wantTurn has p's Turn called at the end of the next wake.
func (m *mailbox) wantTurn(p *plain) {
	if !p.turning {
		p.turning, p.nextTurn, m.turns = true, m.turns, p
	}
}

// callTurns leaves out who was released meanwhile.
func (m *mailbox) callTurns() {
	p := m.turns
	m.turns = nil
	for p != nil {
		next := p.nextTurn
		p.turning, p.nextTurn = false, nil
		if !p.released {
			p.events.Turn()
		}
		p = next
	}
}
