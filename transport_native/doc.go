// Package native carries messages over TCP and TLS: it dials, performs the
// opening handshake of RFC 6455, frames, masks, and keeps the connection
// alive. The protocol itself is in internal/rfc6455; this package moves its
// bytes.
//
// # Who reads
//
// The goroutine in Receive reads the socket itself, so that a message costs no
// hand-over. When nobody has been in Receive for a moment, a goroutine called
// the pump reads in its place: it answers pings, notices the end, and puts
// messages into the inbox until that is full. Reading is a role that one
// goroutine holds at a time (role.go); the state of a half-read message stays
// with the reader (reader.go), so the role can change hands at any byte, and a
// cancelled Receive loses nothing. An end that the pump meets while the program
// is busy with a message waits a moment for the answer (hold.go).
//
// # Who writes
//
// The goroutine in Send writes the socket itself. While it does, others queue
// up, and the next of them writes for all (writer.go). Control frames go
// first.
package native
