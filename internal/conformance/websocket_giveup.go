package conformance

import (
	"time"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// hidesAnswers is why a row about the answer to a handshake is native only.
var hidesAnswers = map[string]string{browser: "the platform hides the answer to a handshake"}

// giveUpRows show when a Conn with Reconnect stops to dial, and what a refused
// handshake says about the next one.
func giveUpRows() []Row {
	return []Row{
		{Name: "reconnect/no more than MaxAttempts in a row", Run: func(t *T) {
			o, p := impatiently(), t.proxy()
			o.Reconnect.MaxAttempts = 3
			retries := make(chan error, 10)
			o.Trace = &client.Trace{Retry: func(err error, _ time.Duration) { retries <- err }}
			c := t.through(p, o, "echo")
			p.command("refuse")
			p.command("cut")
			t.gaveUp(c)
			assert.Len(t, retries, 3)
		}},
		{Name: "reconnect/no longer than MaxElapsed", Run: func(t *T) {
			o, p := impatiently(), t.proxy()
			o.Reconnect.MaxElapsed = 200 * time.Millisecond
			c := t.through(p, o, "echo")
			p.command("refuse")
			p.command("cut")
			t.gaveUp(c)
		}},
		{Name: "reconnect/not after 403", Except: hidesAnswers, Run: func(t *T) {
			key := unique()
			c, dials := t.moving(impatiently(), t.ws("flaky", "key", key), t.ws("status", "key", key, "code", "403", "times", "100"))
			assert.Equal(t, 403, t.gaveUp(c).StatusCode)
			assert.EqualValues(t, 2, dials.Load())
		}},
		{Name: "reconnect/not after 401 that comes again", Except: hidesAnswers, Run: func(t *T) {
			key := unique()
			c, dials := t.moving(impatiently(), t.ws("flaky", "key", key), t.ws("status", "key", key, "code", "401", "times", "100"))
			assert.Equal(t, 401, t.gaveUp(c).StatusCode)
			assert.EqualValues(t, 3, dials.Load(), "Prepare is asked once more")
		}},
		{Name: "reconnect/no sooner than Retry-After says", Except: hidesAnswers, Run: func(t *T) {
			key, o, delays := unique(), impatiently(), make(chan time.Duration, 10)
			o.Trace = &client.Trace{Retry: func(_ error, delay time.Duration) { delays <- delay }}
			t.moving(o, t.ws("flaky", "key", key), t.ws("status", "key", key, "code", "503", "header", "Retry-After:60"))
			assert.Zero(t, await(t, delays))
			assert.GreaterOrEqual(t, await(t, delays), time.Minute)
		}},
	}
}

// gaveUp expects c to be over because of a dial that failed.
func (t *T) gaveUp(c *client.Conn) *client.ConnectError {
	t.Helper()
	_, err := c.Receive(t.ctx)
	var failed *client.ConnectError
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, client.Closed, c.State())
	assert.Same(t, err, c.Send(t.ctx, client.Text("x")))
	return failed
}
