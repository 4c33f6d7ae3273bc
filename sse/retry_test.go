package sse

import (
	"context"
	"errors"
	"io"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// newPolicy is the policy of a Stream with o that has been open.
func newPolicy(o Options) *retryPolicy {
	p := newRetryPolicy(&o)
	p.opened()
	return p
}

// status is the error of an answer.
func status(code int, header ...string) error {
	e := &ConnectError{StatusCode: code, Header: map[string][]string{}, Err: statusError(code)}
	if code == 204 {
		e.Err = io.EOF
	}
	if len(header) == 2 {
		e.Header[header[0]] = header[1:]
	}
	return e
}

var refresh = Options{Prepare: func(context.Context, *Attempt) error { return nil }}

func TestWhatLeadsToAnotherAttempt(t *testing.T) {
	retry503 := Options{Reconnect: Reconnect{RetryStatus: []int{503, 429}}}
	for name, tc := range map[string]struct {
		opts Options
		err  error
		ok   bool
	}{
		"C9 the end of the body":             {err: io.EOF, ok: true},
		"C9 a broken body":                   {err: io.ErrUnexpectedEOF, ok: true},
		"C9 a network error":                 {err: &ConnectError{Err: assert.AnError}, ok: true},
		"a watchdog":                         {err: &watchdogError{"byte", time.Second}, ok: true},
		"C7 204":                             {err: status(204)},
		"C7 404":                             {err: status(404)},
		"C7 503":                             {err: status(503)},
		"C7 a wrong content type":            {err: &ConnectError{StatusCode: 200, Err: contentTypeError("")}},
		"503 if it is named":                 {opts: retry503, err: status(503), ok: true},
		"500 if others are named":            {opts: retry503, err: status(500)},
		"204 if others are named":            {opts: retry503, err: status(204)},
		"401 without Prepare":                {err: status(401)},
		"401 with Prepare":                   {opts: refresh, err: status(401), ok: true},
		"403 with Prepare":                   {opts: refresh, err: status(403)},
		"EventSource gave up, fetch is left": {err: errGaveUp, ok: true},
		"EventSource alone gave up":          {opts: Options{Source: SourceEventSource}, err: errGaveUp},
		"EventSource alone gave up, statuses are to be retried": {
			opts: Options{Source: SourceEventSource, Reconnect: retry503.Reconnect}, err: errGaveUp, ok: true},
		"an event that is too big":            {err: &EventTooBigError{1, 2}},
		"what would fail again":               {err: &ConnectError{Err: &finalError{assert.AnError}}},
		"what the platform cannot do":         {err: &ConnectError{Err: unsupported("this")}},
		"one stream only, its end":            {opts: Options{OneShot: true}, err: io.EOF},
		"one stream only, its connection":     {opts: Options{OneShot: true}, err: io.ErrUnexpectedEOF},
		"one stream only, a status named":     {opts: Options{OneShot: true, Reconnect: retry503.Reconnect}, err: status(503), ok: true},
		"one stream only, a status not named": {opts: Options{OneShot: true}, err: status(503)},
	} {
		t.Run(name, func(t *testing.T) {
			_, ok := newPolicy(tc.opts).next(tc.err)
			assert.Equal(t, tc.ok, ok)
		})
	}
}

// C9 would have Connect go on for ever, too. That is for the program to say.
func TestWhatLeadsToAnotherAttemptOfConnect(t *testing.T) {
	noAnswer := &ConnectError{Err: assert.AnError}
	goOn := Options{OneShot: true, Reconnect: Reconnect{RetryConnect: true}}
	for name, tc := range map[string]struct {
		opts Options
		err  error
		ok   bool
	}{
		"C9 a network error":                  {err: noAnswer},
		"C9 a network error, RetryConnect":    {opts: goOn, err: noAnswer, ok: true},
		"what would fail again, RetryConnect": {opts: goOn, err: &ConnectError{Err: &finalError{assert.AnError}}},
		"C7 503, RetryConnect":                {opts: goOn, err: status(503)},
		"503 if it is named":                  {opts: Options{Reconnect: Reconnect{RetryStatus: []int{503}}}, err: status(503), ok: true},
		"401 with Prepare":                    {opts: refresh, err: status(401), ok: true},
		"EventSource alone was not opened":    {opts: Options{Source: SourceEventSource, Reconnect: goOn.Reconnect}, err: errLost, ok: true},
		"EventSource alone gave up":           {opts: Options{Source: SourceEventSource, Reconnect: goOn.Reconnect}, err: errGaveUp},
	} {
		t.Run(name, func(t *testing.T) {
			_, ok := newRetryPolicy(&tc.opts).next(tc.err)
			assert.Equal(t, tc.ok, ok)
		})
	}
}

// within asserts that the delay after err lies in [lowest, highest], many
// times over, the policy starting from the same state each time.
func within(t *testing.T, p *retryPolicy, err error, lowest, highest time.Duration) {
	t.Helper()
	for range 200 {
		p.backoff.Reset()
		delay, ok := p.next(err)
		require.True(t, ok)
		require.GreaterOrEqual(t, delay, lowest)
		require.LessOrEqual(t, delay, highest)
	}
}

func TestDelays(t *testing.T) {
	const ms, s = time.Millisecond, time.Second
	p := newPolicy(Options{})
	within(t, p, io.EOF, 3*s, 6*s)

	// C11: the server's wish, plus half of the quarter that WPT tolerates, which
	// the next connection takes from too.
	p.setTime(3 * s)
	within(t, p, io.EOF, 3*s, 3375*ms)
	p.setTime(8 * s)
	within(t, p, io.EOF, 8*s, 9*s)

	p.setTime(0) // retry: 0 is floored
	within(t, p, io.EOF, 100*ms, 112500*time.Microsecond)

	p = newPolicy(Options{Reconnect: Reconnect{Delay: s, RetryStatus: []int{503}}})
	within(t, p, status(503), s, 2*s)
	within(t, p, status(503, "Retry-After", "20"), 20*s, 25*s)
	within(t, p, status(503, "Retry-After", "0"), s, 2*s)

	p.setTime(milliseconds(1<<31 - 1)) // a server that asks for more is obeyed
	within(t, p, io.EOF, milliseconds(1<<31-1), milliseconds(1<<31-1)*9/8)
}

// An event makes a connection good, and a server may end each one after the
// first: only the least delay stands between that and a loop.
func TestNoDelayIsLessThanAMillisecond(t *testing.T) {
	const ms = time.Millisecond
	for _, r := range []Reconnect{
		{MinDelay: -1}, {MinDelay: 1}, {Delay: -1, MinDelay: -1}, {Delay: 1, MinDelay: 1, MaxDelay: 1},
		{Delay: math.MinInt64, MinDelay: math.MinInt64, MaxDelay: math.MinInt64},
	} {
		p := newPolicy(Options{Reconnect: r})
		within(t, p, io.EOF, ms, 6*time.Second)
		for _, d := range []time.Duration{0, 1} {
			p.setTime(d)
			within(t, p, io.EOF, ms, ms+ms/8)
		}
	}
	for _, r := range []Reconnect{{MinDelay: math.MaxInt64}, {Delay: math.MaxInt64, MaxDelay: math.MaxInt64}, {Delay: math.MaxInt64, MaxDelay: -1}} {
		within(t, newPolicy(Options{Reconnect: r}), io.EOF, math.MaxInt64, math.MaxInt64)
	}
}

func TestDelaysDoubleUntilAConnectionProvesGood(t *testing.T) {
	p := newPolicy(Options{Reconnect: Reconnect{Delay: time.Second}})
	longest := func() (longest time.Duration) {
		for range 300 { // the chance to miss the upper half each time is nil
			q := newPolicy(Options{Reconnect: Reconnect{Delay: time.Second}})
			for range p.backoff.Attempt() {
				q.next(io.EOF)
			}
			d, _ := q.next(io.EOF)
			longest = max(longest, d)
		}
		return longest
	}
	for _, upper := range []time.Duration{2000, 3000, 5000, 9000, 17000, 30000, 30000} {
		upper *= time.Millisecond
		got := longest()
		assert.LessOrEqual(t, got, upper)
		assert.Greater(t, got, upper/2)
		p.next(io.EOF)
	}
	p.proven()
	assert.LessOrEqual(t, longest(), 2*time.Second)
}

func TestDelayNeverOverflows(t *testing.T) {
	for _, maxDelay := range []time.Duration{0, -1} {
		p := newPolicy(Options{Reconnect: Reconnect{MaxDelay: maxDelay}})
		p.setTime(milliseconds(1<<31 - 1))
		for range 2000 {
			delay, ok := p.next(io.EOF)
			require.True(t, ok, "there is no limit")
			require.GreaterOrEqual(t, delay, milliseconds(1<<31-1), "the server's wish")
		}
	}
}

func TestTheSameRetryAgainDoesNotStartTheDoublingAgain(t *testing.T) {
	p := newPolicy(Options{})
	p.setTime(5 * time.Second)
	p.next(io.EOF)
	p.next(io.EOF)
	p.setTime(5 * time.Second)
	assert.Equal(t, 2, p.backoff.Attempt())
}

func TestMaxAttempts(t *testing.T) {
	p := newPolicy(Options{Reconnect: Reconnect{MaxAttempts: 3}})
	for want := range 4 {
		p.attempt = want
		_, ok := p.next(io.EOF)
		assert.Equal(t, want < 3, ok, "after %d attempts", want)
	}
	p.proven()
	_, ok := p.next(io.EOF)
	assert.True(t, ok, "a good connection starts the count again")
}

func TestA401IsAnsweredOnceAndAtOnce(t *testing.T) {
	p := newPolicy(refresh)
	delay, ok := p.next(status(401))
	assert.True(t, ok)
	assert.Zero(t, delay)
	_, ok = p.next(status(401))
	assert.False(t, ok)
	p.opened()
	delay, ok = p.next(status(401))
	assert.True(t, ok, "the token of a later connection may expire too")
	assert.Zero(t, delay)
}

func TestA401ThatIsToBeRetriedIsWaitedFor(t *testing.T) {
	p := newPolicy(Options{Prepare: refresh.Prepare, Reconnect: Reconnect{RetryStatus: []int{401}}})
	for range 5 {
		delay, ok := p.next(status(401))
		assert.True(t, ok)
		assert.GreaterOrEqual(t, delay, 3*time.Second)
	}
}

func TestOrderlyEnds(t *testing.T) {
	p, one := newPolicy(Options{}), newPolicy(Options{OneShot: true})
	assert.True(t, p.orderly(status(204)))
	assert.True(t, one.orderly(status(204)))
	assert.True(t, one.orderly(io.EOF))
	assert.False(t, p.orderly(io.EOF), "it is to be connected again")
	assert.False(t, one.orderly(io.ErrUnexpectedEOF))
	assert.False(t, p.orderly(status(500)))
}

func TestFinalErrorsAreUnwrapped(t *testing.T) {
	assert.True(t, errors.Is(&finalError{assert.AnError}, assert.AnError))
	assert.Equal(t, assert.AnError.Error(), (&finalError{assert.AnError}).Error())
}

func TestMaxElapsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPolicy(Options{Reconnect: Reconnect{Delay: time.Second, MaxElapsed: 10 * time.Second}})
		for range 2 {
			start := time.Now()
			for {
				delay, ok := p.next(io.EOF)
				if !ok {
					break
				}
				time.Sleep(delay)
				require.LessOrEqual(t, time.Since(start), 10*time.Second)
			}
			assert.Greater(t, p.backoff.Attempt(), 2)
			time.Sleep(time.Hour)
			_, ok := p.next(io.EOF)
			assert.False(t, ok)
			p.proven() // a good connection starts the time anew
		}
	})
}
