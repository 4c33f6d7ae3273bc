package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// impatiently dials again at once, so that a row takes no longer than it must.
func impatiently() *client.Options {
	return &client.Options{
		CloseTimeout: time.Second,
		Reconnect:    &client.Reconnect{FirstDelay: -1, BaseDelay: 20 * time.Millisecond, MaxDelay: 50 * time.Millisecond},
	}
}

// told collects what OnState says.
type told struct {
	mu  sync.Mutex
	all []client.StateChange
}

func (s *told) add(c client.StateChange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, c)
}

func (s *told) list() []client.StateChange {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]client.StateChange(nil), s.all...)
}

// survives expects c to be connected again, and to echo.
func (t *T) survives(c *client.Conn) {
	t.Helper()
	t.eventually("connected again", func() bool { return c.State() == client.Connected && c.Stats().Reconnects > 0 })
	t.echoes(c, client.Text("again"))
}

// reconnectRows show what a Conn outlives, and what it does not.
func reconnectRows() []Row {
	rows := []Row{
		{Name: "reconnect/after the connection was lost", Run: func(t *T) {
			o, states := impatiently(), &told{}
			o.OnState = states.add
			o.Prepare = func(_ context.Context, a *client.Attempt) error {
				if a.Err != nil {
					a.URL = t.ws("echo")
				}
				return nil
			}
			c := t.dialWith(o, "drop", "after", "1", "how", "rst")
			t.echoes(c, client.Text("once")) // Firefox does not open what ends at once
			t.survives(c)
			require.NoError(t, c.Close())
			t.eventually("Closed is told", func() bool { l := states.list(); return l[len(l)-1].To == client.Closed })
			all := states.list()
			assert.Equal(t, client.Connecting, all[0].From)
			for i := range all[1:] {
				assert.Equal(t, all[i].To, all[i+1].From)
				assert.NotEqual(t, all[i].To, all[i+1].To)
			}
		}},
		{Name: "reconnect/dials that fail change no state, and Trace tells of them", Run: func(t *T) {
			o, states, retries := impatiently(), &told{}, make(chan error, 1000)
			o.OnState = states.add
			o.Trace = &client.Trace{Retry: func(err error, _ time.Duration) { retries <- err }}
			p := t.proxy()
			c := t.through(p, o, "echo")
			p.command("refuse")
			p.command("cut")
			var lost *client.CloseError
			require.ErrorAs(t, await(t, retries), &lost)
			for range 2 {
				var failed *client.ConnectError
				require.ErrorAs(t, await(t, retries), &failed)
			}
			p.command("accept")
			t.survives(c)
			t.eventually("it is told", func() bool { return len(states.list()) == 3 })
			all := states.list()
			assert.Equal(t, []client.State{client.Connected, client.Reconnecting, client.Connected}, []client.State{all[0].To, all[1].To, all[2].To})
			assert.GreaterOrEqual(t, all[2].Attempt, 3)
		}},
		{Name: "reconnect/a server that closes three at once", Run: func(t *T) {
			c := t.dialWith(impatiently(), "flaky", "key", unique(), "times", "3")
			t.eventually("the fourth connection", func() bool { return c.Stats().Reconnects == 3 })
			t.survives(c)
		}},
		{Name: "reconnect/the wait that the server asks for", Run: func(t *T) {
			began := time.Now() // WebKit, which turns 1012 into 1006, keeps the reason of 4000
			t.survives(t.dialWith(impatiently(), "flaky", "key", unique(), "code", "4000", "reason", "retry=200"))
			assert.GreaterOrEqual(t, time.Since(began), 200*time.Millisecond)
		}},
		{Name: "reconnect/Close while it waits to dial", Run: func(t *T) {
			o := impatiently()
			o.Reconnect.FirstDelay, o.Reconnect.MaxDelay = time.Hour, -1
			c := t.dialWith(o, "flaky", "key", unique())
			t.eventually("lost", func() bool { return c.State() == client.Reconnecting })
			require.NoError(t, c.Close())
			_, err := c.Receive(t.ctx)
			assert.ErrorIs(t, err, client.ErrClosed)
		}},
		{Name: "reconnect/what is sent while down arrives in order", Run: func(t *T) {
			c := t.dialWith(impatiently(), "flaky", "key", unique(), "code", "4000", "reason", "retry=100")
			t.eventually("lost", func() bool { return c.State() == client.Reconnecting })
			for _, s := range []string{"a", "b", "c"} {
				t.send(c, client.Text(s))
			}
			for _, s := range []string{"a", "b", "c"} {
				assert.Equal(t, s, t.text(c))
			}
		}},
		{Name: "reconnect/Close says what was not delivered", Run: func(t *T) {
			o, first := impatiently(), true
			o.Prepare = func(context.Context, *client.Attempt) error {
				if !first {
					return errors.New("no network")
				}
				first = false
				return nil
			}
			c := t.dialWith(o, "flaky", "key", unique())
			t.eventually("lost", func() bool { return c.State() == client.Reconnecting })
			t.send(c, client.Text("a"))
			var undelivered *client.UndeliveredError
			require.ErrorAs(t, c.Close(), &undelivered)
			assert.Equal(t, []client.Message{client.Text("a")}, undelivered.Unsent)
		}},
		{Name: "heartbeat/answers are not for the program", Run: func(t *T) {
			c := t.dialWith(beating(20*time.Millisecond), "heartbeat")
			time.Sleep(100 * time.Millisecond)
			t.echoes(c, client.Text("hello"))
			assert.Zero(t, c.Stats().Reconnects)
		}},
		{Name: "heartbeat/a server that falls silent is given up", Run: func(t *T) {
			c := t.dialWith(beating(20*time.Millisecond), "heartbeat", "n", "0")
			t.eventually("another connection", func() bool { return c.Stats().Reconnects > 0 })
		}},
		{Name: "heartbeat/a connection that is half-open is given up", Run: func(t *T) {
			p := t.proxy()
			c := t.through(p, beating(50*time.Millisecond), "heartbeat")
			t.echoes(c, client.Text("before"))
			p.command("silence")
			t.eventually("it is noticed", func() bool { return c.State() == client.Reconnecting })
			p.command("sound")
			t.survives(c)
		}},
		{Name: "prepare/runs before every dial", Run: func(t *T) {
			o, numbers := impatiently(), make(chan int, 100)
			o.Prepare = func(_ context.Context, a *client.Attempt) error {
				numbers <- a.Number
				return nil
			}
			t.survives(t.dialWith(o, "flaky", "key", unique()))
			assert.Equal(t, 1, await(t, numbers))
			assert.Equal(t, 1, await(t, numbers), "the count of one sequence")
		}},
		{Name: "prepare/a token in the query", Run: func(t *T) {
			c := t.dialWith(bearing(client.BearerQuery), "token", "token", "a b+c/d=~")
			t.echoes(c, client.Text("let in"))
		}},
		{Name: "prepare/a token in a subprotocol", Run: func(t *T) {
			o := bearing(client.BearerSubprotocol)
			o.Subprotocols = []string{"chat"}
			c := t.dialWith(o, "token", "token", "a b+c/d=~", "protocols", "chat")
			assert.Equal(t, "chat", c.Subprotocol())
			t.echoes(c, client.Text("let in"))
		}},
		{Name: "prepare/a header, which a browser refuses aloud", Run: func(t *T) {
			o := bearing(client.BearerHeader)
			if onJS {
				assert.ErrorIs(t, t.refused(t.ws("token"), o), errors.ErrUnsupported)
				return
			}
			t.echoes(t.dialWith(o, "token", "token", "a b+c/d=~"), client.Text("let in"))
		}},
	}
	for _, code := range []string{"1000", "1008", "1009", "3000", "3003", "3500", "4500", "4999"} {
		rows = append(rows, Row{Name: "reconnect/not after " + code, Run: func(t *T) {
			c := t.dialWith(impatiently(), "flaky", "key", unique(), "code", code)
			assert.Equal(t, code, itoa(int(t.closed(c).Code)))
			assert.Equal(t, client.Closed, c.State())
			assert.Zero(t, c.Stats().Reconnects)
		}})
	}
	for _, code := range []string{"0", "1001", "1011", "1012", "1013", "3499", "4000", "4499"} {
		rows = append(rows, Row{Name: "reconnect/after " + code, Run: func(t *T) {
			t.survives(t.dialWith(impatiently(), "flaky", "key", unique(), "code", code))
		}})
	}
	return rows
}

// beating sends heartbeats after a silence of interval.
func beating(interval time.Duration) *client.Options {
	o := impatiently()
	o.Heartbeat = &client.Heartbeat{
		Message: client.Text("ping"), Interval: interval, Timeout: 500 * time.Millisecond,
		Answer: func(m client.Message) bool { return string(m.Data) == "pong" },
	}
	return o
}

// bearing brings a token with characters that no carrier can hold as they are.
func bearing(by client.Carrier) *client.Options {
	o := impatiently()
	o.Prepare = func(_ context.Context, a *client.Attempt) error { return a.SetBearer("a b+c/d=~", by) }
	return o
}

// A proxy is one of the companion server's, in front of itself.
type proxy struct {
	t       *T
	control *client.Conn
	URL     string
	Seed    uint64
	Cuts    int
}

func (t *T) proxy(query ...string) *proxy {
	t.Helper()
	p := t.openProxy(query...)
	t.Cleanup(p.close)
	return p
}

// openProxy is proxy for who calls close.
func (t *T) openProxy(query ...string) *proxy {
	t.Helper()
	control, err := client.Connect(t.ctx, t.ws("proxy", query...), nil)
	require.NoError(t, err)
	p := &proxy{t: t, control: control}
	p.read()
	return p
}

func (p *proxy) close() { _ = p.control.Close() }

func (p *proxy) read() {
	p.t.Helper()
	require.NoError(p.t, json.Unmarshal([]byte(p.t.text(p.control)), p))
}

// command has it do something, and reads how it is.
func (p *proxy) command(name string) {
	p.t.Helper()
	p.t.send(p.control, client.Text(name))
	p.read()
}

// through is dialWith by way of p.
func (t *T) through(p *proxy, o *client.Options, path string, query ...string) *client.Conn {
	t.Helper()
	c, err := client.Connect(t.ctx, p.URL+"/ws/"+path+encode(query), o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}
