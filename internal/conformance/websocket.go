package conformance

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/require"
)

// WebSocket returns the rows for package client.
func WebSocket() []Row {
	return slices.Concat(
		connectRows(), refusedRows(), handshakeRows(), subprotocolRows(),
		echoRows(), orderRows(), fragmentRows(), controlRows(),
		peerCloseRows(), lostRows(), closeRows(), closeHostileRows(), afterCloseRows(),
		receiveRows(), cancelRows(), iteratorRows(), concurrentRows(),
		limitRows(), hostileRows(), stateRows(), leakRows(), reconnectRows(), chaosRows(), sendLimitRows(), traceRows(), redirectRows(),
		secretRows(), middleboxRows(), giveUpRows(),
	)
}

// dial connects to a route and closes the connection at the end of the row.
func (t *T) dial(path string, query ...string) *client.Conn {
	t.Helper()
	return t.dialWith(nil, path, query...)
}

// dialWith is dial with options.
func (t *T) dialWith(opts *client.Options, path string, query ...string) *client.Conn {
	t.Helper()
	c, err := client.Connect(t.ctx, t.ws(path, query...), opts)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// begun is dialWith for routes that end the connection other than by a closing
// handshake. The server waits for a message first: where such an end follows
// at once upon the handshake, Firefox says that it could not connect, and
// drops the messages in between.
func (t *T) begun(opts *client.Options, path string, query ...string) *client.Conn {
	t.Helper()
	c := t.dialWith(opts, path, append([]string{"await", "1"}, query...)...)
	t.send(c, client.Text("begin"))
	return c
}

// impatient is for routes that never answer a Close frame.
var impatient = &client.Options{CloseTimeout: 100 * time.Millisecond}

// refused expects Connect to fail, and returns why.
func (t *T) refused(url string, opts *client.Options) *client.ConnectError {
	t.Helper()
	c, err := client.Connect(t.ctx, url, opts)
	if err == nil {
		_ = c.Close()
	}
	var refused *client.ConnectError
	require.ErrorAs(t, err, &refused)
	require.NotErrorIs(t, err, client.ErrClosed)
	require.Error(t, refused.Err)
	require.NotContains(t, err.Error(), "\n", "one line")
	return refused
}

func (t *T) send(c *client.Conn, m client.Message) {
	t.Helper()
	require.NoError(t, c.Send(t.ctx, m))
}

func (t *T) receive(c *client.Conn) client.Message {
	t.Helper()
	m, err := c.Receive(t.ctx)
	require.NoError(t, err)
	return m
}

// text receives a message, which must be text.
func (t *T) text(c *client.Conn) string {
	t.Helper()
	m := t.receive(c)
	require.Equal(t, client.TextMessage, m.Type)
	return string(m.Data)
}

// echoes expects m to come back as it was sent.
func (t *T) echoes(c *client.Conn, m client.Message) {
	t.Helper()
	t.send(c, m)
	got := t.receive(c)
	require.Equal(t, m.Type, got.Type)
	require.Equal(t, len(m.Data), len(got.Data))
	require.True(t, string(m.Data) == string(got.Data), "the payload came back changed")
}

// closed expects the next Receive to say how the connection ended.
func (t *T) closed(c *client.Conn) *client.CloseError {
	t.Helper()
	_, err := c.Receive(t.ctx)
	var closed *client.CloseError
	require.ErrorAs(t, err, &closed)
	return closed
}

// drain receives until the connection ends, and returns the texts and the end.
func (t *T) drain(c *client.Conn) ([]string, error) {
	t.Helper()
	var texts []string
	for {
		m, err := c.Receive(t.ctx)
		if err != nil {
			return texts, err
		}
		texts = append(texts, string(m.Data))
	}
}

// A report is what the server saw of a connection that has ended.
type report struct {
	Messages, Bytes, Pongs int
	Code                   int
	Reason                 string
	Clean, EOF             bool
}

// report asks the server how the connection with this id went.
func (t *T) report(id string) report {
	t.Helper()
	var r report
	require.NoError(t, json.Unmarshal([]byte(t.text(t.dial("report", "id", id))), &r))
	return r
}
