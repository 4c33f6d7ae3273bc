package conformance

import (
	"context"
	"time"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sendLimitRows show that a client can keep to a server's limit.
func sendLimitRows() []Row {
	return []Row{
		{Name: "limit/Send waits for the turn that SendLimit gives", Run: func(t *T) {
			began := time.Now()
			c := t.dialWith(&client.Options{SendLimit: client.SendLimit{PerSecond: 50, Burst: 2}}, "echo")
			for range 5 {
				t.echoes(c, client.Text("x"))
			}
			assert.GreaterOrEqual(t, time.Since(began), 60*time.Millisecond, "three have to wait")
		}},
		{Name: "limit/a Send that gives up its turn leaves the connection as it is", Run: func(t *T) {
			c := t.dialWith(&client.Options{SendLimit: client.SendLimit{PerSecond: 0.001, Burst: 2}}, "echo")
			t.send(c, client.Text("a"))
			t.send(c, client.Text("b"))
			ctx, cancel := context.WithTimeout(t.ctx, 10*time.Millisecond)
			defer cancel()
			require.ErrorIs(t, c.Send(ctx, client.Text("c")), context.DeadlineExceeded)
			assert.Equal(t, "a", t.text(c))
			assert.Equal(t, "b", t.text(c))
			require.NoError(t, c.Close())
		}},
		{Name: "limit/what was queued is not sent all at once", Run: func(t *T) {
			o, began := impatiently(), time.Now()
			o.SendLimit = client.SendLimit{PerSecond: 50}
			c := t.dialWith(o, "flaky", "key", unique(), "code", "4000", "reason", "retry=100")
			t.eventually("lost", func() bool { return c.State() == client.Reconnecting })
			for _, s := range []string{"a", "b", "c"} {
				t.send(c, client.Text(s))
			}
			for _, s := range []string{"a", "b", "c"} {
				assert.Equal(t, s, t.text(c))
			}
			assert.GreaterOrEqual(t, time.Since(began), 140*time.Millisecond)
		}},
	}
}
