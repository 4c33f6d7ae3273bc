package conformance

import (
	"context"
	"strings"
	"time"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// limitRows show that what the peer can make the program hold is bounded.
func limitRows() []Row {
	limit := func(n int64) *client.Options { return &client.Options{MaxMessageSize: n} }
	return []Row{
		{Name: "limit/a message of exactly MaxMessageSize", Run: func(t *T) {
			t.echoes(t.dialWith(limit(1000), "echo"), client.Binary(pattern(1000)))
		}},
		{Name: "limit/one byte over MaxMessageSize", Run: func(t *T) {
			c := t.dialWith(limit(1000), "echo")
			t.send(c, client.Binary(pattern(1001)))
			t.tooBig(c, 1000)
		}},
		{Name: "limit/fragments count together", Run: func(t *T) {
			c := t.dialWith(limit(1000), "echo", "fragment", "100")
			t.send(c, client.Binary(pattern(1001)))
			t.tooBig(c, 1000)
		}},
		{Name: "limit/1 MiB by default", Run: func(t *T) {
			c := t.dial("echo", "limit", itoa(2<<20))
			t.send(c, client.Binary(pattern(1<<20+1)))
			t.tooBig(c, 1<<20)
		}},
		{Name: "limit/none if negative", Run: func(t *T) {
			t.echoes(t.dialWith(limit(-1), "echo", "limit", itoa(2<<20)), client.Binary(pattern(2<<20)))
		}},
		{Name: "limit/messages before the one that is too big come first", Run: func(t *T) {
			c := t.dialWith(limit(1000), "echo")
			t.send(c, client.Text("first"))
			t.send(c, client.Binary(pattern(1001)))
			assert.Equal(t, "first", t.text(c))
			t.tooBig(c, 1000)
		}},
		{Name: "limit/the peer is told with 1009, or without a code from a browser", Run: func(t *T) {
			id := unique()
			c := t.dialWith(limit(1000), "echo", "id", id)
			t.send(c, client.Binary(pattern(1001)))
			t.tooBig(c, 1000)
			want := 1009
			if onJS {
				want = 1005
			}
			assert.Equal(t, want, t.report(id).Code)
		}},
		{Name: "limit/bytes count, not characters", Run: func(t *T) {
			c := t.dialWith(limit(1000), "echo")
			t.send(c, client.Text(strings.Repeat("€", 334)))
			t.tooBig(c, 1000)
		}},
		{Name: "limit/a header that promises 2^63-1 bytes", Run: func(t *T) {
			// RFC 6455, section 10.4: "implementations ... MUST impose
			// implementation-specific limits"
			c := t.raw("827f7fffffffffffffff", "fin")
			_, err := c.Receive(t.ctx)
			if onJS { // the browser does not tell what was on its way
				assert.ErrorAs(t, err, new(*client.CloseError))
				return
			}
			assert.ErrorAs(t, err, new(*client.MessageTooBigError))
		}},
		{Name: "limit/a program that does not receive", Run: unread},
		{Name: "limit/more than MaxBuffered at once to a program that receives", Run: func(t *T) {
			c := t.dialWith(&client.Options{MaxBuffered: 4 << 20}, "burst", "n", "100", "size", itoa(512<<10), "type", "binary")
			for k := range 100 {
				require.Len(t, t.receive(c).Data, 512<<10, "message %d", k)
			}
		}},
		{Name: "send/waits for a server that does not read", Run: func(t *T) {
			c := t.dialWith(impatient, "silent", "read", "0")
			ctx := t.within(500 * time.Millisecond)
			var err error
			for n := 0; err == nil; n++ {
				require.Less(t, n, 256, "everything was accepted")
				err = c.Send(ctx, client.Binary(make([]byte, 1<<20)))
			}
			assert.ErrorIs(t, err, context.DeadlineExceeded)
		}},
	}
}

// tooBig expects the connection to have ended with the typed error, for good.
func (t *T) tooBig(c *client.Conn, limit int64) {
	t.Helper()
	for range 2 {
		_, err := c.Receive(t.ctx)
		var tooBig *client.MessageTooBigError
		require.ErrorAs(t, err, &tooBig)
		require.Equal(t, limit, tooBig.Limit)
		require.Greater(t, tooBig.Size, limit)
	}
	require.Error(t, c.Send(t.ctx, client.Text("late")))
	t.eventually("the connection is closed", func() bool { return c.State() == client.Closed })
}

// unread lets far more arrive than may be held. Natively TCP holds the server
// back and nothing is lost; a browser cannot push back, so the connection ends
// there with a typed error, after what was held.
func unread(t *T) {
	c := t.dialWith(&client.Options{MaxBuffered: 100_000, CloseTimeout: time.Second}, "burst", "n", "1000", "size", "10000")
	if onJS {
		t.eventually("the buffer is full", func() bool { return c.State() == client.Closed })
	} else {
		pause()
	}
	texts, err := t.drain(c)
	if !onJS {
		require.Len(t, texts, 1000)
		return
	}
	var full *client.BufferFullError
	require.ErrorAs(t, err, &full)
	assert.EqualValues(t, 100_000, full.Limit)
	assert.Greater(t, full.Size, full.Limit)
}

// hostileRows show that what RFC 6455 forbids ends the connection with an
// error, and nothing else.
func hostileRows() []Row {
	const violation, payload = client.CloseProtocolError, client.CloseInvalidPayload
	var rows []Row
	for _, c := range []struct {
		name, hex string
		code      client.CloseCode
	}{
		{"reserved bit 1", "c10161", violation},
		{"reserved bit 2", "a10161", violation},
		{"reserved bit 3", "910161", violation},
		{"reserved bits on a control frame", "f900", violation},
		{"unknown data opcode 3", "8300", violation},
		{"unknown data opcode 7", "8700", violation},
		{"unknown control opcode 11", "8b00", violation},
		{"unknown control opcode 15", "8f00", violation},
		{"a fragmented ping", "0900", violation},
		{"a fragmented close", "080203e8", violation},
		{"a ping of 126 bytes", "897e007e" + strings.Repeat("00", 126), violation},
		{"a continuation of nothing", "800161", violation},
		{"a new message inside another", "010161" + "810162", violation},
		{"a length of 2^63", "827f8000000000000000", violation},
		{"text that is not UTF-8", "8102c0af", payload},
		{"text that ends inside a character", "8102e282", payload},
		{"text with a lone surrogate", "8103eda080", payload},
		{"text whose second fragment is not UTF-8", "010161" + "8001ff", payload},
	} {
		rows = append(rows, Row{Name: "hostile/" + c.name, Run: func(t *T) {
			t.violated(t.raw(c.hex, "hang"), c.code)
		}})
	}
	const minimal = "undici does not hold a server to RFC 6455, section 5.2: the minimal number of bytes MUST be used to encode the length"
	return append(rows, []Row{
		{Name: "hostile/a length in more bytes than it needs, 16 bits", Run: func(t *T) {
			t.violated(t.raw("827e0001ff", "hang"), violation)
		}, Except: map[string]string{"node": minimal}},
		{Name: "hostile/a length in more bytes than it needs, 64 bits", Run: func(t *T) {
			t.violated(t.raw("827f0000000000000001ff", "hang"), violation)
		}, Except: map[string]string{"node": minimal}},
		{Name: "hostile/a masked frame", Run: func(t *T) {
			t.violated(t.raw("81810000000061", "hang"), violation)
		}, Except: map[string]string{"firefox": "unmasks it (RFC 6455, section 5.1: a client MUST close a connection if it detects a masked frame)"}},
		{Name: "hostile/messages before the violation come first", Run: func(t *T) {
			c := t.raw("810161"+"810162"+"8300", "hang")
			pause()
			assert.Equal(t, "a", t.text(c))
			assert.Equal(t, "b", t.text(c))
			t.violated(c, violation)
		}},
		{Name: "hostile/a flood of pings", Run: func(t *T) {
			c := t.dial("flood", "kind", "ping", "n", "10000")
			pause()
			_ = t.bounded(c)
		}},
		{Name: "hostile/a message of fragments without end", Run: func(t *T) { t.flooded("fragments") }},
		{Name: "hostile/a message of empty fragments without end", Run: func(t *T) { t.flooded("empty") }},
		{Name: "hostile/characters cut by fragments are not a violation", Run: func(t *T) {
			assert.Equal(t, "€", t.text(t.raw("0101e2"+"000182"+"8001ac", "hang")))
		}},
	}...)
}

// violated expects the connection to end because of what the peer sent. A
// browser tells a page 1006, and some tell the code that they sent.
func (t *T) violated(c *client.Conn, code client.CloseCode) {
	t.Helper()
	closed := t.closed(c)
	if onJS {
		assert.Contains(t, []client.CloseCode{client.CloseAbnormal, code}, closed.Code)
	} else {
		assert.Equal(t, code, closed.Code)
		assert.False(t, closed.Remote, "it was this side that closed")
	}
	assert.Error(t, c.Send(t.ctx, client.Text("late")))
	t.eventually("the connection is closed", func() bool { return c.State() == client.Closed })
}

// flooded expects that a message which never ends does not keep Close waiting,
// nor the program busy for ever.
func (t *T) flooded(kind string) {
	t.Helper()
	c := t.dialWith(&client.Options{CloseTimeout: time.Second}, "flood", "kind", kind)
	_, err := c.Receive(t.within(200 * time.Millisecond))
	require.Error(t, err)
	_ = t.bounded(c)
}

// stateRows show State over a connection's life.
func stateRows() []Row {
	return []Row{
		{Name: "state/is closed after Close", Run: func(t *T) {
			c := t.dial("echo")
			require.Equal(t, client.Connected, c.State())
			require.NoError(t, c.Close())
			assert.Equal(t, client.Closed, c.State())
		}},
		{Name: "state/is closing while the server does not answer", Run: func(t *T) {
			c := t.dialWith(&client.Options{CloseTimeout: 500 * time.Millisecond}, "ignoreclose")
			done := make(chan error, 1)
			go func() { done <- c.Close() }()
			t.eventually("closing", func() bool { return c.State() == client.Closing })
			await(t, done)
			assert.Equal(t, client.Closed, c.State())
		}},
		{Name: "state/notices the peer's close although nobody receives", Run: func(t *T) {
			c := t.dial("close", "code", "4001")
			t.eventually("closed", func() bool { return c.State() == client.Closed })
		}},
		{Name: "state/notices a loss although nobody receives", Run: func(t *T) {
			c := t.begun(nil, "drop", "how", "rst")
			t.eventually("closed", func() bool { return c.State() == client.Closed })
		}},
		{Name: "state/stays connected while messages wait", Run: func(t *T) {
			c := t.dial("burst", "n", "10", "code", "-3")
			pause()
			assert.Equal(t, client.Connected, c.State())
			texts := make([]string, 10)
			for i := range texts {
				texts[i] = t.text(c)
			}
			assert.Equal(t, numbers(10), texts)
		}},
	}
}
