//go:build js

package browser

import "syscall/js"

// WebSocketEvents receives what happens to a WebSocket. The methods are
// called on the event loop, in the order of the events, and must not wait.
// None is called after Release.
type WebSocketEvents interface {
	// Opened says that the connection is established, and which subprotocol
	// the server selected, if any.
	Opened(protocol string)
	// Accept is asked before Go allocates memory for a message. The
	// message has atLeast bytes; a binary one has exactly as many. If Accept
	// returns false the message is dropped.
	Accept(atLeast int) bool
	// Message delivers a message. data belongs to the receiver.
	Message(text bool, data []byte)
	// Turn says that the event loop has come round: it is called after the
	// messages that have arrived together, and after AskTurn.
	Turn()
	// Failed is called for the error event, with nil: the platform hides the
	// reason. It is called with an error if delivering an event threw one.
	Failed(err error)
	// Closed is the last event. The code is 1005 where the peer's Close
	// frame held none and 1006 where no Close frame came; clean is false in
	// the latter case.
	Closed(code uint16, reason string, clean bool)
}

// A WebSocket is the platform's WebSocket. Its methods may be called by any
// goroutine, but not from the events of another one that is being closed.
type WebSocket struct {
	ws     js.Value
	events WebSocketEvents
	road   road
	state  *callback // open, error and close
}

// NewWebSocket starts to connect to url, offering protocols, and returns at
// once. If the constructor throws, such as for a URL that it cannot parse,
// nothing is left behind.
//
// Source: WHATWG WebSockets, section 3.1, "The WebSocket interface".
func NewWebSocket(url string, protocols []string, events WebSocketEvents) (*WebSocket, error) {
	constructor, err := global("WebSocket")
	if err != nil {
		return nil, err
	}
	w := &WebSocket{events: events}
	if err := try(func() { w.construct(constructor, url, protocols) }); err != nil {
		return nil, err
	}
	// From here on there are callbacks to release.
	if err := try(w.listen); err != nil {
		w.Release()
		_ = w.Close(0, "") // the cause is err
		return nil, err
	}
	return w, nil
}

// construct makes the platform's object and nothing that has to be released.
func (w *WebSocket) construct(constructor js.Value, url string, protocols []string) {
	list := make([]any, len(protocols))
	for i, p := range protocols {
		list[i] = p
	}
	w.ws = constructor.New(url, list)
	set(w.ws, "binaryType", js.ValueOf("arraybuffer")) // blob, the default, can only be read asynchronously
}

// listen has all events go by way of road. Those that come once it takes by
// attribute, so that Release can take them back by name.
func (w *WebSocket) listen() {
	w.state = newCallback(w.onState, w.events.Failed)
	w.road = w.newRoad()
	w.road.start()
}

var stateAttributes = [...]string{"onopen", "onerror", "onclose"}

// onState delivers what is queued before the event: no message comes after
// close, so this is the order in which everything happened.
func (w *WebSocket) onState(args []js.Value) {
	event := args[0]
	w.road.drain()
	switch text(get(event, "type")) {
	case "open":
		w.events.Opened(text(get(w.ws, "protocol")))
	case "error":
		w.events.Failed(nil)
	case "failed": // amphiwire.js says so of a message
		w.events.Failed(newError(get(event, "error")))
	case "close":
		w.events.Closed(uint16(number(get(event, "code"))), text(get(event, "reason")), get(event, "wasClean").Truthy())
	}
}

// SendBinary hands p to the platform and returns. p may be used again.
func (w *WebSocket) SendBinary(p []byte) error { return try(func() { w.road.sendBinary(p) }) }

// SendText does the same with a string of UTF-8. It is an error if it is not.
func (w *WebSocket) SendText(p []byte) error { return try(func() { w.road.sendText(p) }) }

// Close starts the closing handshake and returns at once. With code 0 the
// Close frame carries neither code nor reason. JavaScript throws for codes
// other than 1000 and 3000 to 4999, and for reasons over 123 bytes.
func (w *WebSocket) Close(code uint16, reason string) error {
	var how []any
	if code != 0 {
		how = []any{int(code), reason}
	}
	return try(func() { w.ws.Call("close", how...) })
}

// BufferedAmount is how many bytes the platform has taken but not sent yet.
func (w *WebSocket) BufferedAmount() (n int) {
	_ = try(func() { n = number(get(w.ws, "bufferedAmount")) }) // who does not say is not waited for
	return n
}

// AskTurn has Turn called in a task of its own. A goroutine that waits for it
// lets the platform work: while goroutines run nothing is sent or received,
// and runtime.Gosched lets only other goroutines run.
func (w *WebSocket) AskTurn() { w.road.askTurn() }

// Release takes all handlers back and then releases them. It does not close
// the connection. Calls after the first do nothing.
func (w *WebSocket) Release() {
	if w.state == nil || w.state.released {
		return
	}
	for _, attribute := range stateAttributes {
		_ = try(func() { set(w.ws, attribute, js.Null()) })
	}
	w.state.release()
	if w.road != nil {
		w.road.release()
	}
}

// bind returns object's method as a function that needs no receiver.
func bind(object js.Value, method string, args ...any) js.Value {
	return object.Get(method).Call("bind", append([]any{object}, args...)...)
}
