// Package rfc7692 is the WebSocket extension permessage-deflate without I/O:
// its negotiation as client and as server, and the transformation of message
// payloads in both directions.
//
// # Negotiation
//
// A client sends Offer and gives what the server answers to CheckAnswer. A
// server gives what it receives to Accept and sends the answer that this
// returns. Both come to the same Params, whose methods Client and Server make
// the codecs of a side: a Deflater for what it sends, an Inflater for what it
// receives. Either may be left unused; a compressed message is marked as such,
// and those that are not do not touch the codecs.
//
// # Why there is a codec here
//
// A connection that takes its context over has to compress a message with
// regard to the ones before, and to keep little in between. The compressors
// that could be had are made for streams. One that is kept costs 0.6 to 1.2 MiB
// a connection. One from a pool has to be told 4 to 32 KiB of history before
// each message, which costs as much as the message or several times that; the
// fast levels of klauspost/compress ignore it for messages of less than 128
// bytes, and compress/flate has no windows but the largest. The decompressors copy a
// history of 32 KiB for each message, and cannot tell a message that ends in
// order from one that was cut. BenchmarkDeflate has the figures.
//
// Here the search for repetitions keeps a table beside the history that never
// has to be rebuilt. What an idle connection holds grows with what has passed
// on it, up to 64 KiB for sending and 32 KiB for receiving; all else is shared
// by pools. There is one level of compression, since those above it would gain
// a few per cent at several times the cost.
//
// # Files
//
// Inflating: inflate.go has the message, inflate_block.go its blocks, decoder.go
// the codes, bitreader.go the bits. Deflating: deflate.go has the message,
// matcher.go finds the repetitions, block.go chooses the form of a block,
// header.go and encoder.go find and describe its codes, bitwriter.go has the
// bits. The formats are those of RFC 1951; symbols.go has what both ways share.
//
// # Security
//
// RFC 7692, section 8 warns of attackers who can make an endpoint send what
// they choose next to a secret, over an encrypted connection: the length of a
// payload tells whether their guess repeats it. The remedy is not to compress
// messages with secrets, or none.
package rfc7692
