package client

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/amphiwire/amphiwire/internal/transport"
)

const (
	defaultMaxMessageSize = 1 << 20
	defaultMaxBuffered    = 4 << 20
	defaultCloseTimeout   = 5 * time.Second
)

// Options change how [Connect] dials and how the connection behaves. The zero
// value of every field is its default. Connect copies what it needs: Options
// may be reused and changed.
type Options struct {
	// Subprotocols are offered to the server in this order. The server
	// selects at most one, see [Conn.Subprotocol]. Each must be a token as in
	// RFC 6455, section 4.1, and occur once.
	Subprotocols []string

	// MaxMessageSize limits a received message, in bytes. A longer one ends
	// the connection with a [*MessageTooBigError] before it is held in
	// memory. 0: 1 MiB; negative: no limit.
	MaxMessageSize int64

	// MaxBuffered limits what is held while nobody receives, in bytes. A
	// native connection then stops reading until there is room again, and
	// holds at most twice as much when it ends because it could not be
	// written; one in a browser, which has no way to stop the peer, ends with
	// a [*BufferFullError]. If it is less than twice MaxMessageSize, a Conn
	// with Reconnect, Heartbeat or OnState holds up to a quarter more. 0: 4
	// MiB, or twice MaxMessageSize if that is more; negative: no limit.
	MaxBuffered int64

	// CloseTimeout bounds the closing handshake: how long Close waits for the
	// peer to answer. 0: 5 s; negative: Close does not wait.
	CloseTimeout time.Duration

	// Prepare is called before every dial, also without Reconnect, and may
	// change it: with a new token, another URL, or other subprotocols. ctx
	// ends with the dial. An error fails the dial. During Connect and
	// afterwards, natively, an answer of 401 is followed by one dial at once,
	// so that Prepare can replace a token that has expired. It may call the
	// Conn's methods, of which Close waits for it to return, for half of
	// CloseTimeout at most. If one call does not return although ctx has ended,
	// the next dial's may run at the same time.
	Prepare func(ctx context.Context, a *Attempt) error

	// Reconnect makes the Conn outlive its connections. Connect still makes
	// one attempt: what it is given may be wrong, and the program is to know
	// that at once. nil: a lost connection ends the Conn.
	Reconnect *Reconnect

	// SendQueue is what Send does while there is no connection. It is refused
	// without Reconnect.
	SendQueue SendQueue

	// SendLimit is how fast Send sends. The zero value is no limit.
	SendLimit SendLimit

	// Heartbeat finds out that a connection is dead, in a browser too. nil:
	// natively pings do; in a browser only TCP does, which may take minutes.
	Heartbeat *Heartbeat

	// OnState is called for every change of state, one call at a time and in
	// order, never by the goroutine that reads. It may call any method.
	OnState func(StateChange)

	// Trace is told of dials, handshakes, frames and retries. nil: nobody is,
	// and it costs nothing.
	Trace *Trace

	// Native holds what exists only in a native build. In a js build the
	// struct has no fields, so that setting one does not compile.
	Native NativeOptions
}

// own returns a copy of o that shares nothing with it that o's owner may change
// while connections are dialled. o may be nil.
func (o *Options) own() Options {
	if o == nil {
		return Options{}
	}
	c := *o
	c.Subprotocols, c.Native = slices.Clone(o.Subprotocols), o.Native.own()
	if o.Reconnect != nil {
		r := *o.Reconnect
		c.Reconnect = &r
	}
	if o.Heartbeat != nil {
		h := *o.Heartbeat
		h.Message.Data = slices.Clone(h.Message.Data)
		c.Heartbeat = &h
	}
	if o.Trace != nil {
		t := *o.Trace
		c.Trace = &t
	}
	return c
}

// check refuses what would have no effect or cannot be sent.
func (o *Options) check() error {
	if o.Reconnect == nil && !o.SendQueue.isZero() {
		return errors.New("a SendQueue has no effect without Reconnect")
	}
	if h := o.Heartbeat; h != nil {
		return check(h.Message)
	}
	return nil
}

// supervised reports whether something has to be looked after that a
// transport knows nothing of.
func (o *Options) supervised() bool {
	return o.Reconnect != nil || o.Heartbeat != nil || o.OnState != nil
}

// config resolves the defaults for a transport. o may be nil.
func (o *Options) config(url string) *transport.Config {
	if o == nil {
		o = &Options{}
	}
	c := &transport.Config{
		URL:            url,
		Subprotocols:   o.Subprotocols,
		MaxMessageSize: limit(o.MaxMessageSize, defaultMaxMessageSize),
		CloseTimeout:   orDefault(o.CloseTimeout, defaultCloseTimeout, time.Nanosecond),
		Frame:          o.Trace.frame(),
	}
	buffered := int64(defaultMaxBuffered)
	if c.MaxMessageSize < math.MaxInt64/2 {
		buffered = max(buffered, 2*c.MaxMessageSize)
	}
	c.MaxBuffered = limit(o.MaxBuffered, buffered)
	return c
}

// limit resolves a limit in bytes: 0 is the default, negative is none.
func limit(n, byDefault int64) int64 { return orDefault(n, byDefault, math.MaxInt64) }

func orDefault[T int | int64 | time.Duration](v, byDefault, none T) T {
	switch {
	case v == 0:
		return byDefault
	case v < 0:
		return none
	}
	return v
}
