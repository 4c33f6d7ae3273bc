package conformance

import (
	"errors"
	"sync"
	"time"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A traced collects what a Trace is told.
type traced struct {
	mu         sync.Mutex
	dials      []client.TraceDial
	handshakes []client.TraceHandshake
	frames     []client.TraceFrame
	retries    []error
}

func (r *traced) do(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
}

func (r *traced) trace() *client.Trace {
	return &client.Trace{
		Dial:      func(d client.TraceDial) { r.do(func() { r.dials = append(r.dials, d) }) },
		Handshake: func(h client.TraceHandshake) { r.do(func() { r.handshakes = append(r.handshakes, h) }) },
		Frame:     func(f client.TraceFrame) { r.do(func() { r.frames = append(r.frames, f) }) },
		Retry:     func(err error, _ time.Duration) { r.do(func() { r.retries = append(r.retries, err) }) },
	}
}

// data are the frames of messages, one way.
func (r *traced) data(sent bool) (found []client.TraceFrame) {
	r.do(func() {
		for _, f := range r.frames {
			if f.Sent == sent && f.Opcode < 8 {
				found = append(found, f)
			}
		}
	})
	return found
}

// traceRows show what a Trace is told.
func traceRows() []Row {
	return []Row{
		{Name: "trace/a dial and its messages", Run: func(t *T) {
			r := &traced{}
			c := t.dialWith(&client.Options{Trace: r.trace(), Subprotocols: []string{"chat"}}, "echo", "protocols", "chat")
			t.echoes(c, client.Text("hello"))
			t.echoes(c, client.Binary([]byte{1, 2, 3}))
			require.NoError(t, c.Close())
			want := []client.TraceFrame{{Fin: true, Opcode: 1, Length: 5}, {Fin: true, Opcode: 2, Length: 3}}
			assert.Equal(t, want, r.data(false))
			want[0].Sent, want[1].Sent = true, true
			assert.Equal(t, want, r.data(true))
			r.do(func() {
				require.Len(t, r.dials, 1)
				assert.Equal(t, client.TraceDial{URL: t.WS + "/ws/echo?…", Attempt: 1}, r.dials[0])
				require.Len(t, r.handshakes, 1)
				assert.NoError(t, r.handshakes[0].Err)
				assert.Equal(t, "chat", r.handshakes[0].Subprotocol)
				assert.Equal(t, r.dials[0].URL, r.handshakes[0].URL)
				assert.Empty(t, r.retries)
			})
		}},
		{Name: "trace/a dial that fails", Run: func(t *T) {
			r := &traced{}
			err := t.refused(t.ws("reject", "status", "403"), &client.Options{Trace: r.trace()})
			r.do(func() {
				require.Len(t, r.handshakes, 1)
				assert.Equal(t, error(err), r.handshakes[0].Err)
			})
		}},
		{Name: "trace/a retry tells why", Run: func(t *T) {
			r, o := &traced{}, impatiently()
			o.Trace = r.trace()
			c := t.dialWith(o, "flaky", "key", unique(), "code", "4000")
			t.survives(c)
			r.do(func() {
				require.Len(t, r.retries, 1)
				var closed *client.CloseError
				require.True(t, errors.As(r.retries[0], &closed))
				assert.Equal(t, client.CloseCode(4000), closed.Code)
				assert.Len(t, r.dials, 2)
			})
		}},
		{Name: "trace/control frames", Run: func(t *T) {
			r := &traced{}
			c := t.dialWith(&client.Options{Trace: r.trace()}, "echo")
			_, err := c.Ping(t.ctx)
			require.NoError(t, err)
			require.NoError(t, c.Close())
			r.do(func() {
				assert.Equal(t, []client.TraceFrame{
					{Sent: true, Fin: true, Opcode: 9, Length: r.frames[0].Length},
					{Fin: true, Opcode: 10, Length: r.frames[0].Length},
					{Sent: true, Fin: true, Opcode: 8, Length: 2},
					{Fin: true, Opcode: 8, Length: 2},
				}, r.frames)
			})
		}, Except: map[string]string{browser: "the platform shows no control frames"}},
	}
}
