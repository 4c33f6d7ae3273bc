package client

import (
	"context"
	"slices"
	"time"

	"github.com/amphiwire/amphiwire/internal/lean"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// An Attempt is one dial that is about to be made. [Options.Prepare] may
// change it; what it changes holds for this dial alone.
type Attempt struct {
	// URL is the one given to Connect.
	URL string
	// Subprotocols are a copy of Options.Subprotocols.
	Subprotocols []string
	// Header is never nil, and natively a copy of NativeOptions.Header. In a
	// browser, which lets a page send no header fields of its choosing, a
	// field set here makes the dial fail with an error that wraps
	// [errors.ErrUnsupported].
	Header map[string][]string
	// Number counts the dials since the last connection that was stable, or
	// since Connect, from 1. See Reconnect.StablePeriod.
	Number int
	// Err is why the dial or connection before this one failed or ended; nil
	// at first.
	Err error
}

// An outside is what a Conn knows of the world outside of the program.
type outside struct {
	dial func(context.Context, *transport.Config, *NativeOptions) (transport.Conn, error)
	now  func() time.Duration // since 1970, by the wall clock
}

// wallClock leaves out the monotonic reading of a time.Time, which stands still
// while a machine sleeps. Instants that are numbers have short arithmetic too.
func wallClock() time.Duration { return time.Duration(time.Now().UnixNano()) }

// A dialer makes the attempts of one Conn.
type dialer struct {
	outside
	url  string // as it was given to Connect
	opts *Options
	half bool // a connection gets half of MaxBuffered and of CloseTimeout
}

// attempt makes one attempt. Every error is a *ConnectError.
func (d *dialer) attempt(ctx context.Context, number int, last error) (transport.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, connectError(d.url, err)
	}
	a := &Attempt{URL: d.url, Subprotocols: d.opts.Subprotocols, Number: number, Err: last}
	native := &d.opts.Native
	if prepare := d.opts.Prepare; prepare != nil {
		a.Subprotocols, a.Header = slices.Clone(a.Subprotocols), native.header()
		err := prepare(ctx, a)
		if err == nil {
			err = ctx.Err() // what it prepared for may be over
		}
		if err != nil {
			return nil, connectError(a.URL, err)
		}
		if native, err = native.with(a.Header); err != nil {
			return nil, finalError(a.URL, err)
		}
	}
	return d.open(ctx, a, native)
}

// open checks what a holds and dials.
func (d *dialer) open(ctx context.Context, a *Attempt, native *NativeOptions) (transport.Conn, error) {
	target, err := websocketURL(a.URL)
	if err == nil {
		err = checkSubprotocols(a.Subprotocols)
	}
	if err != nil {
		return nil, finalError(a.URL, err)
	}
	config := d.opts.config(target)
	config.Subprotocols = a.Subprotocols
	if d.half {
		config.MaxBuffered = inTransport(config)
		config.CloseTimeout = half(config.CloseTimeout)
	}
	began := time.Now()
	d.opts.Trace.dial(a.URL, a.Number)
	t, err := d.dial(ctx, config, native)
	if err != nil {
		t, err = nil, connectError(a.URL, err)
	}
	d.opts.Trace.handshake(a.URL, t, err, began)
	return t, err
}

// first makes the attempts of Connect: one, and after an answer of 401 one
// more if Prepare may bring a new token. It returns how many it made.
func (d *dialer) first(ctx context.Context) (transport.Conn, int, error) {
	t, err := d.attempt(ctx, 1, nil)
	if d.opts.Prepare == nil || statusOf(err) != 401 {
		return t, 1, err
	}
	t, err = d.attempt(ctx, 2, err)
	return t, 2, err
}

// statusOf is the status of the answer that err is about, 0 if there was none.
func statusOf(err error) int {
	if refused, ok := lean.As[*ConnectError](err); ok {
		return refused.StatusCode
	}
	return 0
}
