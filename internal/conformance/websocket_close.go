package conformance

import (
	"context"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// closeRows show the closing handshake that this side begins.
func closeRows() []Row {
	var rows []Row
	for _, code := range []client.CloseCode{1000, 3000, 3999, 4000, 4999} {
		rows = append(rows, Row{Name: "close/with " + itoa(int(code)) + " arrives", Run: func(t *T) {
			assert.Equal(t, report{Code: int(code), Reason: "bye", Clean: true}, t.closeReport(code, "bye"))
		}})
	}
	for _, code := range []client.CloseCode{1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014} {
		rows = append(rows, Row{Name: "close/with " + itoa(int(code)) + " arrives, or without a code from a browser", Run: func(t *T) {
			want := int(code)
			if onJS { // WHATWG WebSockets, section 3.1: close throws unless code is 1000 or 3000 to 4999
				want = int(client.CloseNoStatus)
			}
			assert.Equal(t, want, t.closeReport(code, "").Code)
		}})
	}
	for _, code := range []client.CloseCode{0, 999, 1004, 1006, 1015, 2999, 5000, 65535} {
		rows = append(rows, Row{Name: "close/with " + itoa(int(code)) + " is refused", Run: func(t *T) {
			c := t.dial("echo")
			require.ErrorIs(t, c.CloseWith(code, ""), client.ErrCloseCode)
			t.echoes(c, client.Text("still there"))
		}})
	}
	return append(rows, []Row{
		{Name: "close/is CloseWith 1000", Run: func(t *T) {
			id := unique()
			require.NoError(t, t.dial("echo", "id", id).Close())
			r := t.report(id)
			assert.Equal(t, 1000, r.Code)
			assert.True(t, r.Clean)
		}},
		{Name: "close/without a code", Run: func(t *T) { assert.Equal(t, 1005, t.closeReport(client.CloseNoStatus, "").Code) }},
		{Name: "close/a reason in UTF-8 arrives", Run: func(t *T) {
			assert.Equal(t, "försent 𝄞", t.closeReport(4001, "försent 𝄞").Reason)
		}},
		{Name: "close/a reason of 123 bytes arrives whole", Run: func(t *T) {
			assert.Equal(t, strings.Repeat("r", 123), t.closeReport(4001, strings.Repeat("r", 123)).Reason)
		}},
		{Name: "close/a longer reason is cut between two characters", Run: func(t *T) {
			// 122 bytes, then a character of 3 that would end at 125.
			assert.Equal(t, strings.Repeat("r", 122), t.closeReport(4001, strings.Repeat("r", 122)+"€€").Reason)
		}},
		{Name: "close/messages sent before arrive first", Run: func(t *T) {
			id := unique()
			c := t.dial("echo", "id", id)
			for range 50 {
				t.send(c, client.Text("hello"))
			}
			require.NoError(t, c.Close())
			r := t.report(id)
			assert.Equal(t, 50, r.Messages)
			assert.True(t, r.Clean)
		}},
		{Name: "close/while messages wait to be received", Run: func(t *T) {
			id := unique()
			c := t.dial("burst", "n", "100", "size", "1000", "code", "-3", "id", id)
			t.receive(c)
			require.NoError(t, c.Close())
			assert.True(t, t.report(id).Clean)
		}},
		{Name: "close/while the server is still sending", Run: func(t *T) {
			c := t.dial("burst", "n", "1000", "size", "10000", "code", "-3")
			t.receive(c)
			require.NoError(t, c.Close())
			assert.Equal(t, client.Closed, c.State())
		}},
		{Name: "close/at once after Connect", Run: func(t *T) { require.NoError(t, t.dial("echo").Close()) }},
		{Name: "close/twice is nil", Run: func(t *T) {
			c := t.dial("echo")
			require.NoError(t, c.Close())
			assert.NoError(t, c.Close())
			assert.NoError(t, c.CloseWith(4001, "again"))
		}},
		{Name: "close/from many goroutines", Run: func(t *T) {
			id := unique()
			c := t.dial("echo", "id", id)
			var all sync.WaitGroup
			for range 20 {
				all.Go(func() { assert.NoError(t, c.Close()) })
			}
			all.Wait()
			assert.True(t, t.report(id).Clean)
		}},
		{Name: "close/ends a Receive that waits", Run: func(t *T) {
			c := t.dial("echo")
			received := make(chan error, 1)
			go func() { _, err := c.Receive(t.ctx); received <- err }()
			time.Sleep(20 * time.Millisecond)
			require.NoError(t, c.Close())
			assert.ErrorIs(t, await(t, received), client.ErrClosed)
		}},
		{Name: "close/ends every Receive that waits", Run: func(t *T) {
			c := t.dialWith(impatient, "silent")
			received := make(chan error, 5)
			for range 5 {
				go func() { _, err := c.Receive(t.ctx); received <- err }()
			}
			time.Sleep(20 * time.Millisecond)
			_ = c.Close()
			for range 5 {
				assert.ErrorIs(t, await(t, received), client.ErrClosed)
			}
		}},
		{Name: "close/after the peer's close is nil", Run: func(t *T) {
			c := t.dial("close", "code", "4001")
			t.closed(c)
			assert.NoError(t, c.Close())
		}},
		{Name: "close/after the connection was lost is nil", Run: func(t *T) {
			c := t.begun(nil, "drop", "how", "rst")
			t.closed(c)
			assert.NoError(t, c.Close())
		}},
		{Name: "close/at the same time as the peer", Run: func(t *T) {
			for range 10 {
				assert.NoError(t, t.dial("close", "code", "1000").Close())
			}
		}},
	}...)
}

// closeReport closes with code and reason, and returns what the server saw.
func (t *T) closeReport(code client.CloseCode, reason string) report {
	t.Helper()
	id := unique()
	require.NoError(t, t.dial("echo", "id", id).CloseWith(code, reason))
	r := t.report(id)
	r.EOF = false // whether the peer sees our FIN or sends its own first is a race
	return r
}

// bounded closes c, which has little time for it, and expects it not to wait
// for the server.
func (t *T) bounded(c *client.Conn) error {
	t.Helper()
	start := time.Now()
	err := c.Close()
	require.Less(t, time.Since(start), patience/2)
	require.Equal(t, client.Closed, c.State())
	_, again := c.Receive(t.ctx)
	require.ErrorIs(t, again, client.ErrClosed)
	return err
}

// closeHostileRows show that Close ends whatever the server does.
func closeHostileRows() []Row {
	onclose := func(hex, then string) func(*T) {
		return func(t *T) {
			c := t.dialWith(&client.Options{CloseTimeout: 300 * time.Millisecond}, "onclose", "hex", hex, "then", then)
			t.echoes(c, client.Text("hello"))
			_ = t.bounded(c)
		}
	}
	return []Row{
		{Name: "close/is bounded if the server does not answer", Run: func(t *T) {
			assert.ErrorIs(t, t.bounded(t.dialWith(impatient, "ignoreclose")), context.DeadlineExceeded)
		}},
		{Name: "close/is bounded if the server does not read", Run: func(t *T) {
			assert.ErrorIs(t, t.bounded(t.dialWith(impatient, "silent", "read", "0")), context.DeadlineExceeded)
		}},
		{Name: "close/does not wait with a negative CloseTimeout", Run: func(t *T) {
			_ = t.bounded(t.dialWith(&client.Options{CloseTimeout: -1}, "ignoreclose"))
		}},
		{Name: "close/the server ends the connection instead of answering", Run: onclose("", "fin")},
		{Name: "close/the server answers with reserved bits", Run: onclose("f0010203", "hang")},
		{Name: "close/the server answers with an unknown opcode", Run: onclose("8300", "hang")},
		{Name: "close/the server answers with a masked frame", Run: onclose("888000000000", "hang")},
		{Name: "close/the server answers with half a close code", Run: onclose("880103", "hang")},
		{Name: "close/the server answers with half a frame", Run: onclose("88", "fin")},
		{Name: "close/the server sends messages before it answers", Run: func(t *T) {
			onclose("810161810162880203e8", "hang")(t)
		}},
		{Name: "close/from within the loop over Messages", Run: func(t *T) {
			c := t.dial("burst", "n", "10", "code", "-3")
			n := 0
			for _, err := range c.Messages(t.ctx) {
				require.NoError(t, err)
				n++
				require.NoError(t, c.Close())
			}
			assert.Equal(t, 1, n)
		}},
	}
}

// afterCloseRows show that a closed connection says so.
func afterCloseRows() []Row {
	return []Row{
		{Name: "closed/Receive returns ErrClosed", Run: func(t *T) {
			c := t.dial("echo")
			require.NoError(t, c.Close())
			for range 3 {
				_, err := c.Receive(t.ctx)
				assert.ErrorIs(t, err, client.ErrClosed)
			}
		}},
		{Name: "closed/Send returns ErrClosed", Run: func(t *T) {
			c := t.dial("echo")
			require.NoError(t, c.Close())
			assert.ErrorIs(t, c.Send(t.ctx, client.Text("late")), client.ErrClosed)
		}},
		{Name: "closed/messages not yet received are dropped", Run: func(t *T) {
			c := t.dial("burst", "n", "10", "code", "-3")
			t.receive(c)
			require.NoError(t, c.Close())
			_, err := c.Receive(t.ctx)
			assert.ErrorIs(t, err, client.ErrClosed)
		}},
		{Name: "closed/ErrClosed is net.ErrClosed", Run: func(t *T) {
			assert.ErrorIs(t, client.ErrClosed, net.ErrClosed)
		}},
		{Name: "closed/Send after the peer's close returns the close error", Run: func(t *T) {
			c := t.dial("close", "code", "4001")
			t.closed(c)
			var closed *client.CloseError
			require.ErrorAs(t, c.Send(t.ctx, client.Text("late")), &closed)
			assert.Equal(t, client.CloseCode(4001), closed.Code)
		}},
		{Name: "closed/Send after the loss returns the close error", Run: func(t *T) {
			c := t.begun(nil, "drop", "how", "fin")
			t.closed(c)
			var closed *client.CloseError
			require.ErrorAs(t, c.Send(t.ctx, client.Text("late")), &closed)
			assert.Equal(t, client.CloseAbnormal, closed.Code)
		}},
		{Name: "closed/Receive after the peer's close and ours returns ErrClosed", Run: func(t *T) {
			c := t.dial("close", "code", "4001")
			t.closed(c)
			require.NoError(t, c.Close())
			_, err := c.Receive(t.ctx)
			assert.ErrorIs(t, err, client.ErrClosed)
		}},
	}
}
