package conformance

import (
	"context"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// receiveRows show ReceiveInto's buffer.
func receiveRows() []Row {
	return []Row{
		{Name: "receive/into a buffer that is large enough", Run: func(t *T) {
			c := t.dial("echo")
			t.send(c, client.Text("hello"))
			buf := make([]byte, 0, 16)
			m, err := c.ReceiveInto(t.ctx, buf)
			require.NoError(t, err)
			assert.Equal(t, client.Text("hello"), m)
			assert.Same(t, &buf[:1][0], &m.Data[0])
		}},
		{Name: "receive/into a buffer that fits exactly", Run: func(t *T) {
			c := t.dial("echo")
			t.send(c, client.Text("hello"))
			buf := make([]byte, 5)
			m, err := c.ReceiveInto(t.ctx, buf)
			require.NoError(t, err)
			assert.Same(t, &buf[0], &m.Data[0])
		}},
		{Name: "receive/into a buffer that is too small", Run: func(t *T) {
			c := t.dial("echo")
			t.send(c, client.Text("hello"))
			m, err := c.ReceiveInto(t.ctx, make([]byte, 4))
			require.NoError(t, err)
			assert.Equal(t, client.Text("hello"), m)
		}},
		{Name: "receive/into the same buffer again and again", Run: func(t *T) {
			c := t.dial("burst", "n", "100")
			buf := make([]byte, 64)
			for i := range 100 {
				m, err := c.ReceiveInto(t.ctx, buf)
				require.NoError(t, err)
				require.Equal(t, itoa(i), string(m.Data))
			}
		}},
		{Name: "receive/into a buffer a large message, then a small one", Run: func(t *T) {
			c := t.dial("echo")
			buf := make([]byte, 64)
			for _, n := range []int{100_000, 10} {
				t.send(c, client.Binary(pattern(n)))
				m, err := c.ReceiveInto(t.ctx, buf)
				require.NoError(t, err)
				require.Equal(t, pattern(n), m.Data)
			}
		}},
		{Name: "receive/counts messages and bytes", Run: func(t *T) {
			c := t.dial("echo")
			t.echoes(c, client.Text("hello"))
			t.echoes(c, client.Binary(pattern(1000)))
			s := c.Stats()
			assert.Equal(t, [4]int64{2, 2, 1005, 1005}, [4]int64{s.MessagesSent, s.MessagesReceived, s.BytesSent, s.BytesReceived})
		}},
	}
}

// cancelRows show that giving up costs nothing.
func cancelRows() []Row {
	return []Row{
		{Name: "cancel/Receive ends with its context", Run: func(t *T) {
			_, err := t.dialWith(impatient, "silent").Receive(t.within(20 * time.Millisecond))
			assert.ErrorIs(t, err, context.DeadlineExceeded)
		}},
		{Name: "cancel/the connection goes on after a Receive was cancelled", Run: func(t *T) {
			c := t.dial("echo")
			ctx, cancel := context.WithCancel(t.ctx)
			time.AfterFunc(20*time.Millisecond, cancel)
			_, err := c.Receive(ctx)
			require.ErrorIs(t, err, context.Canceled)
			assert.Equal(t, client.Connected, c.State())
			t.echoes(c, client.Text("still there"))
		}},
		{Name: "cancel/the message comes to the next Receive", Run: func(t *T) {
			c := t.dial("slow", "echo", "150")
			t.send(c, client.Text("late"))
			_, err := c.Receive(t.within(20 * time.Millisecond))
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Equal(t, "late", t.text(c))
		}},
		{Name: "cancel/nothing is lost over many cancelled calls", Run: cancelledReceives},
		{Name: "cancel/Send with a context that is over sends nothing", Run: func(t *T) {
			id := unique()
			c := t.dial("echo", "id", id)
			ctx, cancel := context.WithCancel(t.ctx)
			cancel()
			require.ErrorIs(t, c.Send(ctx, client.Text("never")), context.Canceled)
			t.echoes(c, client.Text("still there"))
			require.NoError(t, c.Close())
			assert.Equal(t, 1, t.report(id).Messages)
		}},
		{Name: "cancel/Receive after the peer's close prefers the close", Run: func(t *T) {
			c := t.dial("close", "code", "4001")
			t.closed(c)
			ctx, cancel := context.WithCancel(t.ctx)
			cancel()
			_, err := c.Receive(ctx)
			assert.ErrorAs(t, err, new(*client.CloseError))
		}},
	}
}

// cancelledReceives gives up again and again while messages come in slowly,
// and expects all of them in order.
func cancelledReceives(t *T) {
	c := t.dial("slow", "echo", "3")
	for i := range 50 {
		t.send(c, client.Text(itoa(i)))
	}
	for i := range 50 {
		t.retry(func(ctx context.Context) error {
			m, err := c.Receive(ctx)
			if err == nil {
				require.Equal(t, itoa(i), string(m.Data))
			}
			return err
		})
	}
}

// iteratorRows show Messages.
func iteratorRows() []Row {
	// all ranges over Messages and returns the texts and the error at the end.
	all := func(t *T, c *client.Conn) (texts []string, end error) {
		for m, err := range c.Messages(t.ctx) {
			if err != nil {
				end = err
			} else {
				texts = append(texts, string(m.Data))
			}
		}
		return texts, end
	}
	silent := func(code string) func(*T) {
		return func(t *T) {
			texts, end := all(t, t.dial("burst", "n", "5", "code", code))
			assert.Equal(t, numbers(5), texts)
			assert.NoError(t, end)
		}
	}
	return []Row{
		{Name: "messages/ends in silence on 1000", Run: silent("1000")},
		{Name: "messages/ends in silence on 1001", Run: silent("1001")},
		{Name: "messages/ends in silence on a close without a code", Run: silent("0")},
		{Name: "messages/ends with the error on another code", Run: func(t *T) {
			texts, end := all(t, t.dial("burst", "n", "5", "code", "4001"))
			assert.Equal(t, numbers(5), texts)
			assert.ErrorAs(t, end, new(*client.CloseError))
		}},
		{Name: "messages/ends with the error on a loss", Run: func(t *T) {
			_, end := all(t, t.begun(nil, "burst", "n", "5", "code", "-1"))
			assert.ErrorAs(t, end, new(*client.CloseError))
			assert.NotErrorIs(t, end, io.EOF)
		}},
		{Name: "messages/ends with the context's error", Run: func(t *T) {
			var end error
			for _, err := range t.dialWith(impatient, "silent").Messages(t.within(20 * time.Millisecond)) {
				end = err
			}
			assert.ErrorIs(t, end, context.DeadlineExceeded)
		}},
		{Name: "messages/receiving goes on after the loop was left", Run: func(t *T) {
			c := t.dial("burst", "n", "5", "code", "1000")
			for m, err := range c.Messages(t.ctx) {
				require.NoError(t, err)
				require.Equal(t, "0", string(m.Data))
				break
			}
			assert.Equal(t, "1", t.text(c))
			texts, end := all(t, c)
			assert.Equal(t, []string{"2", "3", "4"}, texts)
			assert.NoError(t, end)
		}},
		{Name: "messages/ends in silence on our own close", Run: func(t *T) {
			c := t.dialWith(impatient, "silent")
			time.AfterFunc(20*time.Millisecond, func() { _ = c.CloseWith(1000, "") })
			_, end := all(t, c)
			assert.NoError(t, end)
		}},
	}
}

// concurrentRows show that methods may be called at the same time.
func concurrentRows() []Row {
	return []Row{
		{Name: "concurrent/twenty goroutines send", Run: func(t *T) {
			c := t.dial("echo")
			for i := range 20 {
				go func() { assert.NoError(t, c.Send(t.ctx, client.Text(itoa(i)))) }()
			}
			seen := map[string]bool{}
			for range 20 {
				seen[t.text(c)] = true
			}
			assert.Len(t, seen, 20)
		}},
		{Name: "concurrent/large messages do not mix", Run: func(t *T) {
			c := t.dial("echo")
			for i := range 10 {
				go func() { assert.NoError(t, c.Send(t.ctx, client.Binary(slices.Repeat([]byte{byte(i)}, 50_000)))) }()
			}
			for range 10 {
				p := t.receive(c).Data
				require.Equal(t, slices.Repeat(p[:1], 50_000), p)
			}
		}},
		{Name: "concurrent/each message goes to one of many receivers", Run: manyReceivers},
		{Name: "concurrent/one sends while another receives", Run: func(t *T) {
			c := t.dial("echo")
			go func() {
				for i := range 500 {
					assert.NoError(t, c.Send(t.ctx, client.Text(itoa(i))))
				}
			}()
			for i := range 500 {
				require.Equal(t, itoa(i), t.text(c))
			}
		}},
		{Name: "concurrent/two connections do not mix", Run: func(t *T) {
			a, b := t.dial("echo"), t.dial("echo")
			t.send(a, client.Text("a"))
			t.send(b, client.Text("b"))
			assert.Equal(t, "b", t.text(b))
			assert.Equal(t, "a", t.text(a))
		}},
		{Name: "concurrent/Close while others send and receive", Run: func(t *T) {
			c := t.dial("echo")
			var all sync.WaitGroup
			for range 5 {
				all.Go(func() {
					for c.Send(t.ctx, client.Text("x")) == nil {
					}
				})
				all.Go(func() {
					for {
						if _, err := c.Receive(t.ctx); err != nil {
							assert.ErrorIs(t, err, client.ErrClosed)
							return
						}
					}
				})
			}
			time.Sleep(20 * time.Millisecond)
			_ = c.Close()
			all.Wait()
		}},
	}
}

func manyReceivers(t *T) {
	c := t.dial("burst", "n", "200")
	var mu sync.Mutex
	var all sync.WaitGroup
	seen := map[string]int{}
	for range 5 {
		all.Go(func() {
			for m, err := range c.Messages(t.ctx) {
				assert.NoError(t, err)
				mu.Lock()
				seen[string(m.Data)]++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	assert.Len(t, seen, 200)
	for text, n := range seen {
		assert.Equal(t, 1, n, text)
	}
}
