package conformance

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// connectRows show how a connection is opened, and given up.
func connectRows() []Row {
	return []Row{
		{Name: "connect/returns an open connection", Run: func(t *T) {
			c := t.dial("echo")
			assert.Equal(t, client.Connected, c.State())
			t.echoes(c, client.Text("hello"))
		}},
		{Name: "connect/http means ws", Run: func(t *T) {
			c, err := client.Connect(t.ctx, t.HTTP+"/ws/echo", nil)
			require.NoError(t, err)
			defer c.Close()
			t.echoes(c, client.Text("hello"))
		}},
		{Name: "connect/a scheme in capitals is the same scheme", Run: func(t *T) {
			c, err := client.Connect(t.ctx, strings.Replace(t.ws("echo"), "ws:", "WS:", 1), nil)
			require.NoError(t, err)
			defer c.Close()
			t.echoes(c, client.Text("hello"))
		}},
		{Name: "connect/segments of dots are not part of a path", Run: func(t *T) {
			c, err := client.Connect(t.ctx, t.WS+"/ws/./somewhere/../echo", nil)
			require.NoError(t, err)
			defer c.Close()
			t.echoes(c, client.Text("hello"))
		}},
		{Name: "connect/waits for a server that is slow to answer", Run: func(t *T) {
			t.echoes(t.dial("slow", "handshake", "100"), client.Text("hello"))
		}},
		{Name: "connect/is over when its context is", Run: func(t *T) {
			start := time.Now()
			_, err := client.Connect(t.within(100*time.Millisecond), t.ws("hang"), nil)
			assert.ErrorIs(t, err, context.DeadlineExceeded)
			assert.ErrorAs(t, err, new(*client.ConnectError))
			assert.Less(t, time.Since(start), patience/2)
		}},
		{Name: "connect/can be cancelled", Run: func(t *T) {
			ctx, cancel := context.WithCancel(t.ctx)
			time.AfterFunc(20*time.Millisecond, cancel)
			_, err := client.Connect(ctx, t.ws("hang"), nil)
			assert.ErrorIs(t, err, context.Canceled)
		}},
		{Name: "connect/with a context that is over dials nothing", Run: func(t *T) {
			ctx, cancel := context.WithCancel(t.ctx)
			cancel()
			_, err := client.Connect(ctx, t.ws("echo"), nil)
			assert.ErrorIs(t, err, context.Canceled)
		}},
		{Name: "connect/the context has no effect afterwards", Run: func(t *T) {
			ctx, cancel := context.WithCancel(t.ctx)
			c, err := client.Connect(ctx, t.ws("echo"), nil)
			require.NoError(t, err)
			defer c.Close()
			cancel()
			t.echoes(c, client.Text("hello"))
		}},
		{Name: "connect/thirty connections at once", Run: manyConnections},
	}
}

func manyConnections(t *T) {
	const n = 30
	results := make(chan error, n)
	for range n {
		go func() { results <- roundTrip(t) }()
	}
	for range n {
		assert.NoError(t, await(t, results))
	}
}

// roundTrip opens a connection of its own, exchanges a message and closes.
func roundTrip(t *T) error {
	c, err := client.Connect(t.ctx, t.ws("echo"), nil)
	if err != nil {
		return err
	}
	err = c.Send(t.ctx, client.Text("hello"))
	if err == nil {
		_, err = c.Receive(t.ctx)
	}
	return errors.Join(err, c.Close())
}

// nobody is an address where nothing listens. Port 2 is none of those that
// browsers block.
const nobody = "127.0.0.1:2"

// refusedRows show that a failed dial is a *ConnectError that names the URL
// and, as far as the platform tells, the cause.
func refusedRows() []Row {
	return []Row{
		{Name: "refused/nobody listens", Run: func(t *T) {
			assert.Equal(t, "ws://"+nobody+"/x", t.refused("ws://"+nobody+"/x", nil).URL)
		}},
		{Name: "refused/status 401", Run: func(t *T) { t.rejected(401) }},
		{Name: "refused/status 403", Run: func(t *T) { t.rejected(403) }},
		{Name: "refused/status 404", Run: func(t *T) { t.rejected(404) }},
		{Name: "refused/status 503", Run: func(t *T) { t.rejected(503) }},
		{Name: "refused/status 200 is no switch of protocols", Run: func(t *T) { t.rejected(200) }},
		{Name: "refused/TLS where the server has none", Run: func(t *T) {
			t.refused(strings.Replace(t.ws("echo"), "ws:", "wss:", 1), nil)
		}},
		{Name: "refused/secrets of the URL are not in the error", Run: func(t *T) {
			err := t.refused("ws://"+nobody+"/x?token=secret", nil)
			assert.NotContains(t, err.Error(), "secret")
			assert.Contains(t, err.Error(), "ws://"+nobody+"/x")
		}},
		malformed("no scheme", "127.0.0.1/ws/echo"),
		malformed("empty", ""),
		malformed("no host", "ws:///ws/echo"),
		malformed("port that is no number", "ws://127.0.0.1:http/"),
		malformed("port over 65535", "ws://127.0.0.1:65536/"),
		malformed("unclosed IPv6 address", "ws://[::1/"),
		malformed("space", "ws://127.0.0.1/a b"),
		malformed("line end", "ws://127.0.0.1/a\r\nX: y"),
		malformed("letter that is not ASCII", "ws://127.0.0.1/é"),
		malformed("fragment", "ws://127.0.0.1/#top"),
		malformed("% in the path", "ws://127.0.0.1/100%"),
		malformed("% in the query", "ws://127.0.0.1/?a=%zz"),
		malformed("scheme ftp", "ftp://127.0.0.1/"),
		malformed("scheme file", "file:///etc/passwd"),
		malformed("scheme javascript", "javascript:alert(1)"),
	}
}

// malformed is a row for a URL that Connect refuses without dialling.
func malformed(what, url string) Row {
	return Row{Name: "refused/malformed URL: " + what, Run: func(t *T) {
		err := t.refused(url, nil)
		assert.Zero(t, err.StatusCode)
		assert.Regexp(t, "^(malformed URL: |unknown scheme )", err.Err.Error(), "the same words everywhere")
	}}
}

// rejected expects the status, header and body of an HTTP answer in the
// error, which a browser hides from the page.
func (t *T) rejected(status int) {
	t.Helper()
	err := t.refused(t.ws("reject", "status", itoa(status), "body", "go away"), nil)
	if onJS {
		assert.Zero(t, err.StatusCode)
		return
	}
	assert.Equal(t, status, err.StatusCode)
	assert.Equal(t, []string{"yes"}, err.Header["X-Reject"])
	assert.Equal(t, "go away", string(err.Body))
}
