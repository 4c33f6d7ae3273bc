package client

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/amphiwire/amphiwire/internal/transport"
)

func aPolicy(o *Options) *policy {
	if o.Reconnect == nil {
		o.Reconnect = &Reconnect{}
	}
	return newPolicy(o, wallClock)
}

func closedWith(code CloseCode) error { return &CloseError{Code: code, Remote: true} }

func answered(status int, header ...string) error {
	h := &transport.HandshakeError{StatusCode: status, Err: errors.New("refused")}
	if len(header) > 0 {
		h.Header = map[string][]string{header[0]: header[1:]}
	}
	return connectError("ws://host.test", h)
}

func goesOn(p *policy, err error) bool { _, ok := p.next(err); return ok }

func TestWhichEndsAreTerminal(t *testing.T) {
	for code, want := range map[CloseCode]bool{
		1000: false, 1002: false, 1003: false, 1007: false, 1008: false, 1009: false, 1010: false,
		3000: false, 3003: false, 3500: false, 3999: false, 4500: false, 4999: false,
		1001: true, 1005: true, 1006: true, 1011: true, 1012: true, 1013: true, 1014: true, 1015: true,
		3001: true, 3002: true, 3004: true, 3005: true, 3499: true, 4000: true, 4029: true, 4499: true,
	} {
		assert.Equal(t, want, goesOn(aPolicy(&Options{}), closedWith(code)), code)
	}
	for status, want := range map[int]bool{
		0: true, 200: true, 301: true, 500: true, 502: true, 503: true, 504: true, 408: true, 425: true, 429: true,
		400: false, 401: false, 403: false, 404: false, 410: false, 426: false, 499: false,
	} {
		assert.Equal(t, want, goesOn(aPolicy(&Options{}), answered(status)), status)
	}
	assert.False(t, goesOn(aPolicy(&Options{}), &MessageTooBigError{}))
	assert.False(t, goesOn(aPolicy(&Options{}), &BufferFullError{}))
	assert.False(t, goesOn(aPolicy(&Options{}), finalError("ws://h", errRule)), "what Prepare made cannot be dialled")
	assert.True(t, goesOn(aPolicy(&Options{}), connectError("ws://h", errRule)))
	assert.False(t, goesOn(newPolicy(&Options{}, wallClock), closedWith(1006)), "without Reconnect")
}

func TestRetryOverrulesTheRules(t *testing.T) {
	for _, verdict := range []bool{true, false} {
		var told []bool
		p := aPolicy(&Options{Reconnect: &Reconnect{Retry: func(_ error, another bool) bool {
			told = append(told, another)
			return verdict
		}}})
		assert.Equal(t, verdict, goesOn(p, closedWith(1000)))
		assert.Equal(t, verdict, goesOn(p, closedWith(1006)))
		assert.Equal(t, []bool{false, true}, told)
	}
}

func TestANewTokenIsAskedForOnce(t *testing.T) {
	prepared := func() *policy { return aPolicy(&Options{Prepare: noPrepare}) }
	t.Run("after 401", func(t *testing.T) {
		p := prepared()
		delay, ok := p.next(answered(401))
		assert.True(t, ok)
		assert.Zero(t, delay)
		assert.False(t, goesOn(p, answered(401)), "the second in a row is the end")
		p = prepared()
		p.next(answered(401))
		p.opened()
		assert.True(t, goesOn(p, answered(401)), "not in a row")
	})
	t.Run("after 3005", func(t *testing.T) {
		p := prepared()
		delay, _ := p.next(closedWith(3005))
		assert.Zero(t, delay)
		p.opened()
		waited := time.Duration(0)
		for range 10 {
			delay, ok := p.next(closedWith(3005))
			assert.True(t, ok)
			waited += delay
		}
		assert.Positive(t, waited, "those that follow wait")
		p.ended(defaultStablePeriod)
		delay, _ = p.next(closedWith(3005))
		assert.Zero(t, delay)
	})
}

func TestLimits(t *testing.T) {
	p := aPolicy(&Options{Reconnect: &Reconnect{MaxAttempts: 2}})
	assert.True(t, goesOn(p, closedWith(1006)))
	assert.True(t, goesOn(p, answered(0)))
	assert.False(t, goesOn(p, answered(0)))
	p.ended(defaultStablePeriod)
	assert.True(t, goesOn(p, closedWith(1006)))

	now := time.Duration(0)
	p = newPolicy(&Options{Reconnect: &Reconnect{MaxElapsed: time.Minute, FirstDelay: -1, BaseDelay: 1, MaxDelay: 1}}, func() time.Duration { return now })
	assert.True(t, goesOn(p, closedWith(1006)))
	now += 59 * time.Second
	assert.True(t, goesOn(p, answered(0)))
	now += 2 * time.Second
	assert.False(t, goesOn(p, answered(0)))
}

func TestWhatTheServerAsksFor(t *testing.T) {
	for reason, want := range map[string]time.Duration{
		"retry=1000": time.Second, "restart; retry=250, sorry": 250 * time.Millisecond, "": 0, "retry=": 0,
		"retry=x": 0, "retry=-1": 0, "retry=99999999999999999999": 0, "bye": 0,
	} {
		assert.Equal(t, want, retryHint(&CloseError{Code: 1012, Reason: reason, Remote: true}), reason)
	}
	p := aPolicy(&Options{})
	low, high := time.Hour, time.Duration(0)
	for range 1000 {
		d, _ := p.next(&CloseError{Code: 1013, Reason: "retry=60000", Remote: true})
		low, high = min(low, d), max(high, d)
	}
	assert.GreaterOrEqual(t, low, time.Minute)
	assert.LessOrEqual(t, high, 2*time.Minute)
	assert.Greater(t, high-low, 50*time.Second, "and not all at once")
}

// RFC 6455, section 7.2.3: "The first reconnect attempt SHOULD be delayed by a
// random amount of time. The parameters by which this random delay is chosen
// are left to the client to decide; a value chosen randomly between 0 and 5
// seconds is a reasonable initial delay".
func TestTheFirstDelayIsRandom(t *testing.T) {
	low, high := time.Hour, time.Duration(0)
	for range 1000 {
		d, _ := aPolicy(&Options{}).next(closedWith(1006))
		low, high = min(low, d), max(high, d)
	}
	assert.Less(t, low, 200*time.Millisecond)
	assert.Greater(t, high, 4800*time.Millisecond)
	assert.LessOrEqual(t, high, 5*time.Second)
	d, _ := aPolicy(&Options{Reconnect: &Reconnect{FirstDelay: -1}}).next(closedWith(1006))
	assert.Zero(t, d)
}

func TestNoDelayOverflows(t *testing.T) {
	p := aPolicy(&Options{})
	zero := 0
	for range 3000 {
		d, _ := p.next(closedWith(1006))
		assert.GreaterOrEqual(t, d, time.Duration(0))
		assert.LessOrEqual(t, d, 20*time.Second)
		if d == 0 {
			zero++
		}
	}
	assert.Less(t, zero, 3)
}
