//go:build js

package browser

// A road is how messages travel between a WebSocket and Go. There are two: the
// glue, where the page has loaded amphiwire.js, and the plain one.
//
// The methods but drain and release may panic with what JavaScript throws.
type road interface {
	// start has messages delivered from now on, and other events given to state
	// as long as the program runs: a WebSocket may outlive it.
	start()
	// drain delivers what has arrived and was not delivered yet.
	drain()
	// askTurn has events.Turn called in a task of its own.
	askTurn()
	// sendBinary and sendText hand p to the platform, which copies it.
	sendBinary(p []byte)
	sendText(p []byte)
	// release ends the deliveries.
	release()
}

// newRoad prepares all that can fail before there is something to release.
func (w *WebSocket) newRoad() road {
	if glue, why := findGlue(); why == "" {
		return newGlued(glue, w)
	}
	return newPlain(w)
}
