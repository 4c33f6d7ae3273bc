package testserver

import (
	"cmp"
	"errors"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/rfc7692"
)

// defaultThreshold is the size in bytes below which a message is not worth
// compressing.
const defaultThreshold = 128

// Compression configures permessage-deflate (RFC 7692). The zero value agrees
// to whatever the client offers.
type Compression struct {
	// Threshold is the size in bytes from which messages are sent compressed;
	// 0: 128; negative: all of them.
	Threshold int
	// ServerNoContextTakeover makes this side compress each message for
	// itself, which takes less memory and more bytes.
	ServerNoContextTakeover bool
	// ClientNoContextTakeover asks the same of the client.
	ClientNoContextTakeover bool
	// ServerMaxWindowBits limits how far back this side refers when it
	// compresses, as a base-2 logarithm from 8 to 15; 0: 15.
	ServerMaxWindowBits int
	// ClientMaxWindowBits asks the same of the client, if its offer says that
	// it can be asked.
	ClientMaxWindowBits int
}

// A codec compresses and restores the messages of one connection. Without an
// agreement it has neither part.
type codec struct {
	threshold int
	deflater  *rfc7692.Deflater // of whoever owns Peer.writing
	inflater  *rfc7692.Inflater // of whoever owns Peer.reading
	packed    []byte            // reused from message to message
}

// agree chooses among the client's offers and returns the answer to send, ""
// if there is no agreement.
func (o *Compression) agree(offers string) (c codec, answer string) {
	if o == nil {
		return codec{}, ""
	}
	params, answer, ok := rfc7692.Accept(offers, rfc7692.Options{
		ServerNoContextTakeover: o.ServerNoContextTakeover,
		ClientNoContextTakeover: o.ClientNoContextTakeover,
		ServerMaxWindowBits:     o.ServerMaxWindowBits,
		ClientMaxWindowBits:     o.ClientMaxWindowBits,
	})
	if !ok {
		return codec{}, ""
	}
	c.threshold = cmp.Or(o.Threshold, defaultThreshold)
	c.deflater, c.inflater = params.Server()
	return c, answer
}

// pack returns a message's payload as it is sent, and the header of its first
// frame but for the length. What it compresses must be sent: later messages
// may refer to it.
//
// RFC 7692, section 6, leaves it to the sender to compress a message or not:
// RSV1 of its first frame says which.
func (c *codec) pack(m Message) (rfc6455.Header, []byte) {
	h := rfc6455.Header{Fin: true, Opcode: rfc6455.Opcode(m.Type)}
	if c.deflater == nil || len(m.Data) < c.threshold {
		return h, m.Data
	}
	h.RSV1 = true
	// Deflate never fails: any bytes can be compressed.
	c.packed, _ = c.deflater.Deflate(c.packed[:0], m.Data)
	return h, c.packed
}

// inflate restores a piece of a message that comes compressed, behind what has
// been restored of it. The error is of a kind that Peer.verdict knows.
func (c *codec) inflate(message, piece []byte, limit int64, last bool) ([]byte, error) {
	message, err := c.inflater.Part(message, piece, limit, last)
	var tooBig *rfc7692.TooBigError
	switch {
	case errors.As(err, &tooBig):
		err = &rfc6455.TooBigError{Limit: tooBig.Limit, Size: tooBig.Size}
	case err != nil:
		err = &rfc6455.Error{Code: closeInvalid, Section: "8.1", Msg: err.Error()}
	}
	return message, err
}
