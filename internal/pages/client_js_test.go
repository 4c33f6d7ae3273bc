//go:build js

package pages

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A watched connection is one whose changes of state are in a channel.
type watched struct {
	*client.Conn
	states chan client.StateChange
}

// never is a delay that no test waits for: what comes earlier was hurried.
const never = 1000 * time.Hour

// watch connects with Reconnect and returns when the connection is open.
func watch(t *testing.T, url string, change func(*client.Options)) watched {
	t.Helper()
	w := watched{states: make(chan client.StateChange, 100)}
	o := &client.Options{
		Reconnect: &client.Reconnect{FirstDelay: never, BaseDelay: never, MaxDelay: -1},
		OnState:   func(s client.StateChange) { w.states <- s },
	}
	if change != nil {
		change(o)
	}
	var err error
	w.Conn, err = client.Connect(within(t), url, o)
	require.NoError(t, err)
	t.Cleanup(func() { w.Close() })
	require.Equal(t, client.Connected, next(t, w.states).To)
	return w
}

// echoes shows that the connection works.
func echoes(t *testing.T, c *client.Conn) {
	t.Helper()
	require.NoError(t, c.Send(within(t), client.Text("are you there?")))
	m, err := c.Receive(within(t))
	require.NoError(t, err)
	require.Equal(t, "are you there?", string(m.Data))
}

// A report is how a server saw the end of a connection.
type report struct {
	Code  int
	Clean bool
}

// reportOf asks the server about the connection that named itself id.
func reportOf(t *testing.T, id string) (r report) {
	t.Helper()
	c, err := client.Connect(within(t), ws("report?id="+id), nil)
	require.NoError(t, err)
	defer c.Close()
	m, err := c.Receive(within(t))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(m.Data, &r))
	return r
}

func TestPagehideClosesAndPageshowDialsAgain(t *testing.T) {
	needsPage(t)
	id := unique()
	c := watch(t, ws("echo?id="+id), nil)
	pagehide.dispatch()
	lost := next(t, c.states)
	assert.Equal(t, client.Reconnecting, lost.To)
	assert.Equal(t, report{Code: 1005, Clean: true}, reportOf(t, id), "a closing handshake, without the code that pages may not send")
	pageshow.dispatch()
	assert.Equal(t, client.Connected, next(t, c.states).To)
	echoes(t, c.Conn)
	assert.EqualValues(t, 1, c.Stats().Reconnects)
}

func TestNothingIsDialledWhileThePageIsAway(t *testing.T) {
	needsPage(t)
	dials := make(chan int, 100)
	c := watch(t, ws("echo"), func(o *client.Options) {
		o.Prepare = func(_ context.Context, a *client.Attempt) error { dials <- a.Number; return nil }
	})
	next(t, dials)
	pagehide.dispatch()
	assert.Equal(t, client.Reconnecting, next(t, c.states).To)
	for _, e := range []pageEvent{online, visible, resume} {
		e.dispatch()
	}
	other := watch(t, ws("echo"), nil) // by the time that it is there, so would be another
	echoes(t, other.Conn)
	assert.Empty(t, dials)
	pageshow.dispatch()
	assert.Equal(t, client.Connected, next(t, c.states).To)
}

func TestPageshowLeavesAloneWhatPagehideDidNotClose(t *testing.T) {
	needsPage(t)
	closed := watch(t, ws("echo"), nil)
	require.NoError(t, closed.Close())
	plain, err := client.Connect(within(t), ws("echo"), nil)
	require.NoError(t, err)
	defer plain.Close()
	pagehide.dispatch()
	pageshow.dispatch()
	echoes(t, plain) // it is the browser that closes this one, or keeps the page
	assert.Equal(t, client.Closing, next(t, closed.states).To)
	assert.Equal(t, client.Closed, next(t, closed.states).To)
	assert.Empty(t, closed.states, "and stays closed")
	_, err = closed.Receive(within(t))
	assert.ErrorIs(t, err, client.ErrClosed)
}

// Whatever says that the network may be back is reason to dial at once.
func TestEventsHurryADial(t *testing.T) {
	for _, e := range here() {
		t.Run(e.name, func(t *testing.T) {
			path := "close?code=1012" // the server restarts, and is back
			c := watch(t, ws("echo"), func(o *client.Options) {
				o.Prepare = func(_ context.Context, a *client.Attempt) error {
					a.URL, path = ws(path), "echo"
					return nil
				}
			})
			lost := next(t, c.states)
			assert.Equal(t, client.Reconnecting, lost.To)
			assert.Greater(t, lost.RetryIn, patience)
			e.dispatch()
			assert.Equal(t, client.Connected, next(t, c.states).To)
			echoes(t, c.Conn)
		})
	}
}

// Each of them is reason to ask whether the server is still there; offline
// too, which some systems say while the connection goes on.
func TestEventsProbe(t *testing.T) {
	for _, e := range append(here(), offline) {
		t.Run(e.name, func(t *testing.T) {
			answers := make(chan bool, 100)
			c := watch(t, ws("echo"), func(o *client.Options) {
				o.Heartbeat = &client.Heartbeat{
					Message: client.Text("heartbeat"), Interval: never,
					Answer: func(m client.Message) bool {
						beat := string(m.Data) == "heartbeat"
						if beat {
							answers <- true
						}
						return beat
					},
				}
			})
			e.dispatch()
			next(t, answers)
			echoes(t, c.Conn)
			assert.Empty(t, c.states, "it is the same connection still")
		})
	}
}

func TestAHiddenTabKeepsItsConnection(t *testing.T) {
	needsPage(t)
	c := watch(t, ws("echo"), nil)
	hide(t)
	echoes(t, c.Conn)
	assert.Empty(t, c.states)
}
