package conformance

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// html is what a proxy says of a server that it does not reach.
const html = "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"

// middleboxRows show that what proxies, balancers and firewalls do to a
// connection leads to another one.
func middleboxRows() (rows []Row) {
	for _, code := range []string{"408", "429", "500", "502", "503", "504"} {
		rows = append(rows, Row{Name: "middlebox/a page of HTML with " + code + " instead of a connection", Run: func(t *T) {
			key, o := unique(), impatiently()
			c, _ := t.moving(o, t.ws("flaky", "key", key), t.ws("status", "key", key, "code", code, "times", "2", "body", html, "header", "Content-Type:text/html"))
			t.survives(c)
		}})
	}
	return append(rows, []Row{
		{Name: "middlebox/RST behind the 101", Run: func(t *T) {
			key := unique()
			o, urls := impatiently(), []string{t.ws("flaky", "key", key)}
			for range 3 {
				urls = append(urls, t.ws("flaky", "code", "-1", "times", "10", "key", key+"b"))
			}
			c, dials := t.moving(o, append(urls, t.ws("echo"))...)
			t.eventually("the good one", func() bool { return dials.Load() == 5 && c.State() == client.Connected })
			t.echoes(c, client.Text("again"))
		}},
		{Name: "middlebox/FIN without a Close frame", Run: func(t *T) {
			c := t.dialWith(impatiently(), "drop", "after", "1")
			t.echoes(c, client.Text("before"))
			t.survives(c)
		}},
		{Name: "middlebox/a Close frame and a TCP connection that stays", Run: func(t *T) {
			// A browser tells of the end when TCP has ended; the heartbeat does
			// not wait for that.
			c := t.dialWith(beating(20*time.Millisecond), "raw", "hex", "880203f4", "then", "hang") // 1012
			t.eventually("two more connections", func() bool { return c.Stats().Reconnects >= 2 })
		}},
		{Name: "middlebox/bytes that are no frames", Run: func(t *T) {
			o := beating(20 * time.Millisecond)
			o.Reconnect.Retry = func(error, bool) bool { return true } // a proxy's HTML breaks the protocol, which is terminal otherwise
			c := t.dialWith(o, "raw", "hex", "485454502f312e31", "then", "hang")
			t.eventually("two more connections", func() bool { return c.Stats().Reconnects >= 2 })
		}},
		{Name: "middlebox/all of it held back and slow", Run: func(t *T) {
			p := t.proxy("delay", "30", "rate", "20000")
			c := t.through(p, impatiently(), "echo")
			t.echoes(c, client.Text("slowly"))
			p.command("cut")
			t.survives(c)
			assert.NoError(t, c.Close(), "in time")
		}},
		{Name: "middlebox/everything swallowed behind the 101", Run: func(t *T) {
			key := unique()
			c, dials := t.moving(beating(20*time.Millisecond), t.ws("flaky", "key", key), t.ws("heartbeat", "n", "0"), t.ws("silent"), t.ws("heartbeat"))
			t.eventually("the good one", func() bool { return dials.Load() == 4 && c.State() == client.Connected })
			t.echoes(c, client.Text("again"))
		}},
		{Name: "middlebox/a server that is refused for a while", Run: func(t *T) {
			p := t.proxy()
			c := t.through(p, impatiently(), "echo")
			p.command("refuse")
			p.command("cut")
			t.eventually("lost", func() bool { return c.State() == client.Reconnecting })
			t.send(c, client.Text("meanwhile"))
			p.command("accept")
			assert.Equal(t, "meanwhile", t.text(c))
			t.survives(c)
		}},
	}...)
}

// moving dials each of urls in turn, and then the last one, which is how a row
// has a server that changes. It returns the number of dials, too.
func (t *T) moving(o *client.Options, urls ...string) (*client.Conn, *atomic.Int32) {
	t.Helper()
	dials := &atomic.Int32{}
	o.Prepare = func(_ context.Context, a *client.Attempt) error {
		a.URL = urls[min(int(dials.Add(1)), len(urls))-1]
		return nil
	}
	c, err := client.Connect(t.ctx, urls[0], o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c, dials
}
