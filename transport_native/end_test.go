package native

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// raw is a frame as bytes, for what the codec does not encode.
func raw(b ...byte) []byte { return b }

// What a peer may not send, the code that answers it, and the rule it breaks.
var violations = map[string]struct {
	bytes   []byte
	code    uint16
	section string
}{
	"a reserved bit":                     {raw(0x91, 0), 1002, "5.2"},
	"RSV1 without an extension":          {raw(0xc1, 0), 1002, "5.2"},
	"a reserved opcode":                  {raw(0x83, 0), 1002, "5.2"},
	"a reserved control opcode":          {raw(0x8b, 0), 1002, "5.2"},
	"a masked frame":                     {raw(0x81, 0x81, 1, 2, 3, 4, 'x'), 1002, "5.1"},
	"a fragmented ping":                  {raw(0x09, 0), 1002, "5.5"},
	"a ping of 126 bytes":                {raw(0x89, 126, 0, 126), 1002, "5.5"},
	"a continuation of nothing":          {raw(0x80, 0), 1002, "5.4"},
	"a message inside a message":         {join(frame(rfc6455.OpText, false, "a"), text("b")), 1002, "5.4"},
	"a length that is not minimal":       {raw(0x81, 126, 0, 1), 1002, "5.2"},
	"a length with the top bit":          {raw(0x81, 127, 0x80, 0, 0, 0, 0, 0, 0, 0), 1002, "5.2"},
	"text that is not UTF-8":             {text("\xff"), 1007, "8.1"},
	"text that ends inside a character":  {text("\xc3"), 1007, "8.1"},
	"a Close frame of one byte":          {frame(rfc6455.OpClose, true, "x"), 1002, "5.5.1"},
	"a Close frame with code 1005":       {frame(rfc6455.OpClose, true, "\x03\xed"), 1002, "7.4"},
	"a Close frame with code 0":          {frame(rfc6455.OpClose, true, "\x00\x00"), 1002, "7.4"},
	"a close reason that is not UTF-8":   {frame(rfc6455.OpClose, true, "\x03\xe8\xff"), 1007, "5.5.1"},
	"text whose fragments are not UTF-8": {join(frame(rfc6455.OpText, false, "ok"), frame(rfc6455.OpContinuation, true, "\xc0")), 1007, "8.1"},
}

// RFC 6455, section 7.1.7: "An endpoint MUST NOT continue to attempt to process
// data (including a responding Close frame) from the remote endpoint after
// being instructed to _Fail the WebSocket Connection_."
func TestViolations(t *testing.T) {
	for name, row := range violations {
		t.Run(name, func(t *testing.T) {
			test(t, func(t *testing.T, p *peer) {
				p.send(text("before"), row.bytes, text("after"))
				p.wantMessage("what came before it", "before")
				_, err := p.receive(t.Context()).result("Receive")
				var closed *transport.CloseError
				require.ErrorAs(t, err, &closed)
				assert.Equal(t, row.code, closed.Code)
				assert.False(t, closed.Remote, "this side ended it")
				var violation *rfc6455.Error
				require.ErrorAs(t, err, &violation)
				assert.Equal(t, row.section, violation.Section)
				p.wantClose("the peer is told", row.code, closed.Reason)
				assert.NotEmpty(t, closed.Reason)
				p.receive(t.Context()).wantErr("it is the end for ever", err)
				p.sendText(t.Context(), "late").wantErr("for Send too", err)
				p.nc.CloseWrite()
				p.wantEOF("and TCP is closed after the server")
			})
		})
	}
}

func TestViolationsWhileNobodyReceives(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.send(text("before"), raw(0x83, 0))
		<-p.c.Done()
		p.settle()
		f, ok := p.next()
		require.True(t, ok)
		assert.Equal(t, rfc6455.OpClose, f.Opcode)
		p.wantMessage("what came before it", "before")
		p.receive(t.Context()).wantErr("then the violation", p.c.Err())
	})
}

func TestAMessageOverTheLimit(t *testing.T) {
	for name, bytes := range map[string][]byte{
		"in one frame":      text("12345678901"),
		"in two frames":     join(frame(rfc6455.OpText, false, "123456"), frame(rfc6455.OpContinuation, true, "78901")),
		"by its claim only": raw(0x82, 11),
	} {
		t.Run(name, func(t *testing.T) {
			test(t, func(t *testing.T, p *peer) {
				p.send(text("1234567890"), bytes)
				p.wantMessage("one of the limit's size", "1234567890")
				_, err := p.receive(t.Context()).result("Receive")
				var tooBig *transport.TooBigError
				require.ErrorAs(t, err, &tooBig)
				assert.Equal(t, transport.TooBigError{Limit: 10, Size: 11}, *tooBig)
				p.wantClose("the peer is told", 1009, err.Error())
				p.receive(t.Context()).wantErr("for ever", err)
			}, func(c *transport.Config, _ *Options) { c.MaxMessageSize = 10 })
		})
	}
}

func TestAMessageOfTooManyFragments(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		r := p.receive(t.Context())
		p.pour(frame(rfc6455.OpText, false, ""), []byte(strings.Repeat("\x00\x00", maxFragments)))
		_, err := r.result("Receive")
		var closed *transport.CloseError
		require.ErrorAs(t, err, &closed)
		assert.EqualValues(t, 1008, closed.Code)
		p.wantClose("the peer is told", 1008, closed.Reason)
	})
}

func TestTheConnectionIsLost(t *testing.T) {
	for name, row := range map[string]struct {
		lose  func(p *peer)
		cause error
	}{
		"by a FIN between frames":      {func(p *peer) { p.nc.Close() }, io.ErrUnexpectedEOF},
		"by a FIN inside a frame":      {func(p *peer) { p.send(text("half")[:3]); p.nc.Close() }, io.ErrUnexpectedEOF},
		"by a FIN inside a header":     {func(p *peer) { p.send(raw(0x81)); p.nc.Close() }, io.ErrUnexpectedEOF},
		"by a reset":                   {func(p *peer) { p.nc.Reset() }, syscall.ECONNRESET},
		"by a FIN for one direction":   {func(p *peer) { p.nc.CloseWrite() }, io.ErrUnexpectedEOF},
		"by a FIN after half a header": {func(p *peer) { p.send(raw(0x82, 127, 0, 0)); p.nc.Close() }, io.ErrUnexpectedEOF},
	} {
		t.Run(name, func(t *testing.T) {
			test(t, func(t *testing.T, p *peer) {
				r := p.receive(t.Context())
				p.send(text("before"))
				wantText("what came before", r, "before")
				row.lose(p)
				_, err := p.receive(t.Context()).result("Receive")
				var closed *transport.CloseError
				require.ErrorAs(t, err, &closed)
				assert.EqualValues(t, 1006, closed.Code)
				assert.True(t, closed.Remote)
				require.ErrorIs(t, err, row.cause)
				assert.Same(t, p.c.Err(), err)
				p.wantEOF("no Close frame is sent, and nothing is left")
				p.close(1000, "").want("Close afterwards")
			})
		})
	}
}

// Everything that the peer sent before its Close frame is delivered first, and
// then the code that it gave, although writing has failed long before.
func TestAFailedWriteDoesNotHideWhyThePeerClosed(t *testing.T) {
	for name, receiving := range map[string]bool{"while somebody receives": true, "while nobody does": false} {
		t.Run(name, func(t *testing.T) {
			test(t, func(t *testing.T, p *peer) {
				p.near.Stall() // what the peer sends is on its way
				p.send(text("one"), text("two"), closing(4001, "token expired"))
				p.nc.Close()
				var r *call[transport.Message]
				if receiving {
					r = p.receive(t.Context())
				}
				s := p.sendText(t.Context(), "lost")
				s.wantErr("Send", syscall.EPIPE)
				var closed *transport.CloseError
				require.ErrorAs(t, s.err, &closed)
				assert.EqualValues(t, 1006, closed.Code)
				p.near.Resume()
				if !receiving {
					p.after(2 * pumpDelay)
					r = p.receive(t.Context())
				}
				wantText("what was on its way", r, "one")
				p.wantMessage("all of it", "two")
				_, err := p.receive(t.Context()).result("Receive")
				require.ErrorAs(t, err, &closed)
				assert.Equal(t, transport.CloseError{Code: 4001, Reason: "token expired", Remote: true}, *closed)
				<-p.c.Done()
				assert.Same(t, err, p.c.Err())
			})
		})
	}
}

func TestACloseAfterAFailedWrite(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		r := p.receive(t.Context())
		p.near.Stall()
		p.nc.Reset()
		p.sendText(t.Context(), "lost").wantErr("Send", syscall.ECONNRESET)
		p.sendText(t.Context(), "again").wantErr("Send", syscall.ECONNRESET)
		c := p.close(1000, "")
		_, err := c.result("Close")
		require.ErrorIs(t, err, syscall.ECONNRESET)
		assert.Zero(t, c.took)
		r.wantErr("Receive", transport.ErrClosed)
	})
}

// A context that outlives the connection must not keep it in memory.
func TestAConnectionLetsGoOfContexts(t *testing.T) {
	for name, end := range map[string]func(p *peer){
		"that this side has closed":   func(p *peer) { p.close(1000, "") },
		"that this side has left":     func(p *peer) { p.c.cfg.CloseTimeout = 1; p.close(1000, "") },
		"that the peer has closed":    func(p *peer) { p.send(closing(1000, "")) },
		"that has broken the rules":   func(p *peer) { p.send(raw(0x83, 0)) },
		"that was lost":               func(p *peer) { p.nc.Reset() },
		"that failed in a write":      func(p *peer) { p.near.CutAfter(0); p.sendText(context.Background(), "x") },
		"that a Send's context broke": func(p *peer) { p.hold(); breakSend(p) },
		"that has been silent":        func(p *peer) { p.after(3 * time.Second) },
	} {
		for _, reader := range []string{"a Receive", "the pump", "nobody yet"} {
			t.Run(name+" while it is read by "+reader, func(t *testing.T) {
				test(t, func(t *testing.T, p *peer) {
					ctx := &watchedContext{Context: context.Background(), done: make(chan struct{})}
					r := p.receive(ctx)
					p.send(text("x"))
					r.want("Receive")
					p.sendText(ctx, "x").want("Send")
					p.settle()
					assert.Positive(t, ctx.watchers.Load(), "it is watched for the next call")
					switch reader {
					case "a Receive":
						p.receive(ctx)
					case "the pump":
						p.after(2 * pumpDelay)
					}
					p.settle()
					p.next()
					end(p)
					p.after(2 * pumpDelay)
					p.after(10 * time.Second)
					<-p.c.Done()
					assert.Zero(t, ctx.watchers.Load())
				}, keepalivePeriods(time.Second, time.Second))
			})
		}
	}
}

func breakSend(p *peer) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	s := p.sendText(ctx, big)
	p.after(time.Millisecond)
	if _, err := s.result("Send"); !errors.Is(err, context.DeadlineExceeded) {
		p.t.Error(err)
	}
}

// A watchedContext counts those that wait for its end.
type watchedContext struct {
	context.Context
	done     chan struct{}
	watchers atomic.Int32
}

func (c *watchedContext) Done() <-chan struct{} { return c.done }

// AfterFunc is what context.AfterFunc calls if a context has it.
func (c *watchedContext) AfterFunc(func()) func() bool {
	c.watchers.Add(1)
	return func() bool { c.watchers.Add(-1); return true }
}
