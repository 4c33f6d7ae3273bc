package client

import "time"

// Reconnect makes a Conn outlive its connections: when one is lost, another is
// dialled, and Send and Receive go on. What ends a Conn all the same is its
// Close, a limit below, and an error that another dial would not mend:
//
//   - a Close frame with 1000, 1002, 1003, 1007 to 1010, 3000, 3003, 3500 to
//     3999 or 4500 to 4999, from either side, a [*MessageTooBigError] and a
//     [*BufferFullError];
//   - natively an answer of 4xx but 408, 425 and 429, and a certificate that
//     cannot be verified; 401 only if it comes again after Prepare has had one
//     chance to bring a new token. A browser hides the answer, so dials go on
//     there. A server that wants the same of all clients accepts the
//     connection and closes it with 4500 to 4999.
//
// Close code 3005 is for an expired token: with Prepare the first dial after
// it is made at once.
//
// Delays have full jitter, so that a server that restarts does not lose and
// get back all of its clients at the same instant. RFC 6455, section 7.2.3:
// "The first reconnect attempt SHOULD be delayed by a random amount of time."
// A server can ask for more: natively with Retry-After, everywhere with
// "retry=" and a number of milliseconds in the reason of its Close frame. The
// delay is then at least that, and at most twice that for the latter.
type Reconnect struct {
	// FirstDelay is the upper end of the range from which the first delay is
	// drawn; the lower is 0. 0: 5 s; negative: no delay.
	FirstDelay time.Duration
	// BaseDelay is the upper end that doubles with each dial after the first.
	// 0: 1 s.
	BaseDelay time.Duration
	// MaxDelay caps the upper end. 0: 20 s; negative: no cap.
	MaxDelay time.Duration
	// StablePeriod is how long a connection has to last before the count of
	// dials and the delays start anew. 0: 5 s; negative: no time at all.
	StablePeriod time.Duration
	// DialTimeout bounds each dial but those of Connect. 0: 30 s; negative:
	// none.
	DialTimeout time.Duration
	// MaxAttempts is how many dials in a row may fail, or bring a connection
	// that was not stable, before the Conn ends with the last one's error. 0
	// or negative: no limit.
	MaxAttempts int
	// MaxElapsed is how long dials in a row may fail, from the loss of the
	// last stable connection: no dial is made later. 0 or negative: no limit.
	MaxElapsed time.Duration
	// Retry, if not nil, is asked about each loss and each dial that failed
	// before the limits are: another reports what the rules above say, and
	// the result overrules them. err is a [*CloseError], a [*ConnectError] or
	// the like. It must not call the Conn's methods.
	Retry func(err error, another bool) bool
}

const (
	defaultFirstDelay   = 5 * time.Second
	defaultBaseDelay    = time.Second
	defaultMaxDelay     = 20 * time.Second
	defaultStablePeriod = 5 * time.Second
	defaultDialTimeout  = 30 * time.Second
)

// withDefaults is r with its zero values replaced.
func (r Reconnect) withDefaults() Reconnect {
	r.FirstDelay = orDefault(r.FirstDelay, defaultFirstDelay, -1)
	r.BaseDelay = orDefault(r.BaseDelay, defaultBaseDelay, defaultBaseDelay)
	r.MaxDelay = orDefault(r.MaxDelay, defaultMaxDelay, -1)
	r.StablePeriod = orDefault(r.StablePeriod, defaultStablePeriod, 0)
	r.DialTimeout = orDefault(r.DialTimeout, defaultDialTimeout, 0)
	return r
}
