package client

import "time"

// State is what a connection is doing.
type State uint8

// The states of a connection. A Conn is Connected when Connect returns it and
// never leaves Closed.
const (
	Connecting   State = iota // the first dial is under way
	Connected                 // messages can be exchanged
	Reconnecting              // the connection was lost and is being restored
	Closing                   // the closing handshake is under way
	Closed                    // it is over
)

// String returns the state's name in lower case.
func (s State) String() string {
	names := [...]string{"connecting", "connected", "reconnecting", "closing", "closed"}
	if int(s) < len(names) {
		return names[s]
	}
	return "unknown"
}

// Stats counts what a connection has carried since Connect.
type Stats struct {
	MessagesSent     int64 // accepted by the kernel or the browser
	MessagesReceived int64 // returned by Receive
	BytesSent        int64 // of payload
	BytesReceived    int64 // of payload
	Reconnects       int64 // connections after the first
	QueuedMessages   int64 // in the SendQueue now
	QueuedBytes      int64 // of payload, likewise

	// Latency is the round trip of the last ping that was answered, be it
	// keepalive's or that of Ping; 0 if there was none, as in a browser, which
	// sends no pings.
	Latency time.Duration
}
