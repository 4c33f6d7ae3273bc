package sse

import (
	"context"
	"io"
	"time"
)

// The defaults of Options and Reconnect.
const (
	defaultMaxEventSize = 16 << 20
	defaultDelay        = 3 * time.Second
	defaultMinDelay     = 100 * time.Millisecond
	leastMinDelay       = time.Millisecond // that no server can make a loop of
	defaultMaxDelay     = 30 * time.Second
	defaultIDQuery      = "lastEventId"
)

// Options configure Connect. The zero value, and nil, ask for the standard's
// behaviour. Connect copies what it needs: Options may be reused.
type Options struct {
	// Types are the event types to receive; nil: all. An event of another
	// type is dropped, but its ID counts. In a browser, EventSource can be
	// used only if Types are named; see Source.
	Types []string
	// LastEventID is where to go on, from an earlier Stream: the first
	// request carries it.
	LastEventID string
	// LastEventIDQuery is the name of the query parameter that carries the
	// last event ID where a header cannot: when a browser's EventSource has
	// to be made anew, and to a server that does not permit pages of another
	// origin to send Last-Event-ID (Access-Control-Allow-Headers). Empty:
	// "lastEventId".
	LastEventIDQuery string

	// Method is the request's method. Empty: GET, or POST if there is a Body.
	Method string
	// Header is sent with every request. Accept and Cache-Control have
	// defaults; Last-Event-ID is the Stream's own. A browser refuses some
	// names (Cookie, Host, Origin and others): Connect then fails with an
	// error that wraps errors.ErrUnsupported.
	Header map[string][]string
	// Body makes the request's body anew for every attempt, and for a
	// redirect that repeats it. A reader of package bytes or strings is sent
	// with its length. A result that is an io.Closer is closed; nil is no body.
	// An error fails the attempt. It is not for GET and HEAD.
	Body func() (io.Reader, error)
	// Prepare is called before every attempt and may change it, with a new
	// token for example. ctx ends with Close and, during Connect, with
	// Connect's. An error fails the attempt, as a refused connection would.
	//
	// With Prepare, an answer of 401 is followed by one attempt at once, so
	// that an expired token can be replaced; a second 401 ends the Stream.
	Prepare func(ctx context.Context, a *Attempt) error

	// MaxEventSize limits an event's data, in bytes, and by itself each line
	// that is not of data. What is over it, a line that never ends too, ends
	// the Stream with an *EventTooBigError. 0: 16 MiB; negative: no limit.
	MaxEventSize int64
	// IdleTimeout is how long the server may send nothing, not even a
	// comment, nor an answer, before the connection counts as lost. The
	// standard advises servers to send a comment every 15 s. 0 or negative:
	// for ever.
	IdleTimeout time.Duration
	// EventTimeout is like IdleTimeout but counts events of any type alone:
	// it notices a server whose comments go on while its events have
	// stopped. 0 or negative: for ever.
	EventTimeout time.Duration
	// OneShot asks for one stream only, as for an answer that a service
	// computes once: the end of the body ends the Stream in good order, a
	// lost connection ends it with an error. RetryStatus and the second
	// attempt after a 401 still hold for Connect.
	OneShot bool
	// Reconnect says when and how often to try again.
	Reconnect Reconnect

	// OnState is called for every change of state, one call at a time and in
	// order, never by the goroutine that reads. It may call any method.
	OnState func(StateChange)
	// OnComment is called for every comment line with the text that follows
	// its colon. It runs on the goroutine that reads, before the events that
	// follow are received, so it is not to wait for one.
	OnComment func(text string)

	// Trace is told what the Stream does. Nil: nothing.
	Trace *Trace

	// WithCredentials makes a browser send cookies to another origin than
	// the page's. A native program has no origin: its cookies are those of
	// NativeOptions.Client.
	WithCredentials bool
	// Source is the means by which a browser receives.
	Source Source
	// Native holds what only native programs can choose.
	Native NativeOptions
}

// Reconnect says when and how often a Stream connects again. The delay
// before an attempt is never less than the reconnection time, which the server
// may set with a retry field. How much more it is is drawn at random, so that
// clients do not return all at once: at first up to as much again, or up to an
// eighth if the server has set the time, then up to twice, four times and so on
// as much for every attempt in vain. An event, or five seconds of good
// connection, start the doubling again.
type Reconnect struct {
	// Delay is the reconnection time until the server sets one. 0: 3 s;
	// negative: MinDelay.
	Delay time.Duration
	// MinDelay is the least reconnection time, whatever the server sets. 0:
	// 100 ms; negative: 1 ms, of which none is less.
	MinDelay time.Duration
	// MaxDelay caps the delay. A server that asks for more is obeyed. 0: 30 s;
	// negative: no cap.
	MaxDelay time.Duration
	// MaxAttempts is how many attempts in a row may fail before the Stream
	// ends with the last one's error. 0 or negative: no limit.
	MaxAttempts int
	// MaxElapsed is how long attempts in a row may fail, from the loss of the
	// last connection that proved good: no attempt is made later, and the
	// Stream ends with the last one's error as soon as that is certain. 0 or
	// negative: no limit.
	MaxElapsed time.Duration
	// RetryStatus are statuses that are worth another attempt, such as 429,
	// 500, 502, 503 and 504. Their Retry-After is honoured; of another origin
	// a page sees it only if the server exposes it. This holds for Connect
	// too, which otherwise fails at the first error. Nil: none, as the
	// standard has it.
	RetryStatus []int
	// RetryConnect makes Connect, too, try again when there is no answer: a
	// host that is unknown, a refused connection, a Prepare that fails. The
	// standard has it so, for a page has nobody to tell. A program has: by
	// default Connect fails at once. It holds for OneShot, too.
	RetryConnect bool
}

// withDefaults is r with its zero values replaced.
func (r Reconnect) withDefaults() Reconnect {
	r.MinDelay = max(orDefault(r.MinDelay, defaultMinDelay), leastMinDelay)
	r.Delay = max(orDefault(r.Delay, defaultDelay), r.MinDelay)
	if r.MaxDelay == 0 {
		r.MaxDelay = defaultMaxDelay
	}
	return r
}

// orDefault is d, the default if d is zero, 0 if it is negative.
func orDefault(d, def time.Duration) time.Duration {
	if d == 0 {
		return def
	}
	return max(d, 0)
}

// isZero reports whether r asks for nothing but the defaults.
func (r *Reconnect) isZero() bool {
	return r.Delay == 0 && r.MinDelay == 0 && r.MaxDelay == 0 && r.MaxAttempts <= 0 && r.MaxElapsed <= 0 &&
		len(r.RetryStatus) == 0
}

// An Attempt is what Prepare may change before one request. Changes hold for
// this attempt alone.
type Attempt struct {
	// URL is the one given to Connect.
	URL string
	// Header is a copy of Options.Header, never nil.
	Header map[string][]string
	// Number counts the attempts since the last connection that proved good,
	// from 1.
	Number int
	// Err is why the attempt or connection before this one ended; nil at
	// first.
	Err error
}

// A Source is a means by which a browser receives events. The same events
// come by either.
type Source uint8

const (
	// SourceAuto takes EventSource if it can do all that the Options ask
	// for: a GET without header and body, Types named, delays, timeouts and
	// the rest left at their defaults. Otherwise, and after EventSource has
	// given up, it takes SourceFetch. Natively it is SourceFetch.
	SourceAuto Source = iota
	// SourceEventSource takes the browser's EventSource. Connect fails with
	// an error that wraps errors.ErrUnsupported if it cannot do what the
	// Options ask for, and natively.
	SourceEventSource
	// SourceFetch streams the body of a request: fetch in a browser,
	// net/http natively.
	SourceFetch
)
