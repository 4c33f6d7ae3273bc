package client

import (
	"math/rand/v2"
	"time"

	"github.com/amphiwire/amphiwire/internal/lean"
	"github.com/amphiwire/amphiwire/internal/retry"
)

// A policy decides what follows the end of a connection or a dial that
// failed.
type policy struct {
	opts       Reconnect // with defaults
	never      bool      // Options.Reconnect is nil
	canRefresh bool      // there is a Prepare to bring a new token
	now        func() time.Duration
	backoff    *retry.Backoff
	attempt    int           // dials since the last stable connection
	since      time.Duration // its loss
	asked      bool          // the last dial followed a 401
	refreshed  bool          // a 3005 has been followed by a dial at once
}

func newPolicy(o *Options, now func() time.Duration) *policy {
	p := &policy{never: o.Reconnect == nil, canRefresh: o.Prepare != nil, now: now}
	if !p.never {
		p.opts = o.Reconnect.withDefaults()
	}
	p.backoff = retry.New(retry.Options{First: p.opts.FirstDelay, Base: p.opts.BaseDelay, Max: p.opts.MaxDelay})
	return p
}

// opened notes that the last dial has succeeded.
func (p *policy) opened() { p.asked = false }

// ended notes how long a connection has lasted. That it was opened is not
// enough: a server that accepts and drops every one would be asked as fast as
// it answers.
func (p *policy) ended(lasted time.Duration) {
	if lasted >= p.opts.StablePeriod {
		p.attempt, p.refreshed = 0, false
		p.backoff.Reset()
	}
}

// next returns how long to wait before the next dial, or false if err is the
// end.
func (p *policy) next(err error) (delay time.Duration, ok bool) {
	if p.attempt == 0 {
		p.since = p.now()
	}
	if err == errHidden { // which was this side's own doing, and says nothing about the server
		p.attempt = max(p.attempt, 1)
		return 0, true
	}
	atOnce := p.refresh(err)
	if !p.another(err, atOnce || !terminal(err)) {
		return 0, false
	}
	if !atOnce {
		delay = p.delay(err)
	}
	if p.opts.MaxElapsed > 0 && p.now()-p.since+delay > p.opts.MaxElapsed {
		return 0, false
	}
	p.attempt++
	return delay, true
}

// another reports whether another dial is to be made, as far as err and the
// count decide.
func (p *policy) another(err error, rules bool) bool {
	if p.never {
		return false
	}
	if p.opts.Retry != nil {
		rules = p.opts.Retry(err, rules)
	}
	return rules && (p.opts.MaxAttempts <= 0 || p.attempt < p.opts.MaxAttempts)
}

// refresh reports whether the next dial is to be made at once, because err
// asks for a new token and Prepare has not had its chance to bring one.
func (p *policy) refresh(err error) bool {
	switch {
	case !p.canRefresh:
		return false
	case statusOf(err) == 401 && !p.asked:
		p.asked = true
		return true
	case codeOf(err) == closeTokenExpired && !p.refreshed:
		p.refreshed = true
		return true
	}
	return false
}

// delay draws the next delay, which is at least what the server asks for.
func (p *policy) delay(err error) time.Duration {
	d := p.backoff.Next(retryAfter(err, p.now()))
	if hint := retryHint(err); hint > 0 {
		d = hint + time.Duration(rand.Int64N(int64(hint)+1))
	}
	return d
}

// Close codes with a meaning of their own.
const (
	closeUnauthorized CloseCode = 3000 // registered by IANA
	closeForbidden    CloseCode = 3003 // likewise
	closeTokenExpired CloseCode = 3005
)

// codeOf is the code of the Close frame that err is about, 0 if it is about
// none.
func codeOf(err error) CloseCode {
	if closed, ok := lean.As[*CloseError](err); ok {
		return closed.Code
	}
	return 0
}

// terminal reports whether another dial would not mend err.
func terminal(err error) bool {
	if refused, ok := lean.As[*ConnectError](err); ok {
		return refused.final || terminalStatus(refused.StatusCode) || untrusted(err)
	}
	if closed, ok := lean.As[*CloseError](err); ok {
		return terminalCode(closed.Code)
	}
	_, tooBig := lean.As[*MessageTooBigError](err)
	_, full := lean.As[*BufferFullError](err)
	return tooBig || full
}

func terminalStatus(status int) bool {
	return status >= 400 && status < 500 && status != 408 && status != 425 && status != 429
}

func terminalCode(c CloseCode) bool {
	switch c {
	case CloseNormal, CloseProtocolError, CloseUnsupportedData, CloseInvalidPayload, ClosePolicyViolation,
		CloseMessageTooBig, CloseMandatoryExtension, closeUnauthorized, closeForbidden:
		return true
	}
	return c >= 3500 && c <= 3999 || c >= 4500
}

// retryHint is what the reason of a Close frame asks to wait, 0 if it does not
// ask.
func retryHint(err error) time.Duration {
	closed, ok := lean.As[*CloseError](err)
	if !ok {
		return 0
	}
	_, digits, found := lean.Cut(closed.Reason, "retry=")
	if !found {
		return 0
	}
	end := 0
	for end < len(digits) && '0' <= digits[end] && digits[end] <= '9' {
		end++
	}
	ms, ok := lean.Number(digits[:end])
	if !ok {
		return 0
	}
	return time.Duration(ms) * time.Millisecond
}
