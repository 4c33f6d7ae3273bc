package wasm

// A socket is the platform's WebSocket. It starts to connect when it is made.
// No method waits.
type socket interface {
	// SendText and SendBinary hand a message over. The platform takes any
	// amount, and drops it without a word once the connection is closing.
	SendText(p []byte) error
	SendBinary(p []byte) error
	// BufferedAmount is how many bytes were sent by the program and not by
	// the platform yet.
	BufferedAmount() int
	// AskTurn has events.Turn called when the platform has had a chance to
	// work: it has none while goroutines run.
	AskTurn()
	// Close starts the closing handshake; code 0 sends neither code nor
	// reason. While connecting it gives up.
	Close(code uint16, reason string) error
	// Release ends the events. It does not close the connection.
	Release()
}

// events is what a socket reports, one call at a time, never from within a
// call of its own methods, and never waiting for a call to do more than a few
// statements. See browser.WebSocketEvents.
type events interface {
	Opened(protocol string)
	Accept(atLeast int) bool
	Message(text bool, data []byte)
	Turn()
	Failed(err error)
	Closed(code uint16, reason string, clean bool)
}
