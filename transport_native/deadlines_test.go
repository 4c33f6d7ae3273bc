package native

import (
	"context"
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// timeless is a connection without deadlines, as one through an SSH tunnel is.
type timeless struct{ net.Conn }

func (timeless) SetDeadline(time.Time) error      { return errors.ErrUnsupported }
func (timeless) SetReadDeadline(time.Time) error  { return errors.ErrUnsupported }
func (timeless) SetWriteDeadline(time.Time) error { return errors.ErrUnsupported }

func withoutDeadlines(_ *transport.Config, o *Options) {
	dial := o.DialContext
	o.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		nc, err := dial(ctx, network, addr)
		return timeless{nc}, err
	}
}

// What cannot be interrupted is closed.
func TestDialEndsWithItsContextWithoutDeadlines(t *testing.T) {
	for _, row := range []struct{ url, proxy string }{
		{"ws://silent.test/", ""}, {"wss://silent.test/", ""},
		{"ws://other.test/", "http://silent.test:80"}, {"ws://other.test/", "socks5h://silent.test:80"},
	} {
		t.Run(row.url+" "+row.proxy, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &hosts{serve: map[string]func(net.Conn){"silent.test:80": silent, "silent.test:443": silent}}
				o := h.options()
				if row.proxy != "" {
					o.Proxy = throughProxy(row.proxy)
				}
				cfg := config(row.url)
				withoutDeadlines(cfg, o)
				ctx, cancel := context.WithCancel(t.Context())
				dialled := start(t, func() (transport.Conn, error) { return Dial(ctx, cfg, o) })
				dialled.wantBlocked("the server is silent")
				cancel()
				dialled.wantErr("Dial", context.Canceled)
			})
		})
	}
}

// A Receive that cannot be interrupted notices the end of its context with the
// next message, which is not lost.
func TestReceiveWithoutDeadlines(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		ctx, cancel := context.WithCancel(t.Context())
		r := p.receive(ctx)
		r.wantBlocked("nothing has come")
		cancel()
		r.wantBlocked("it is not noticed")
		p.send(text("one"))
		wantText("what comes then", r, "one")
		p.receive(ctx).wantErr("the next", context.Canceled)
		p.after(2 * pumpDelay)
		p.send(text("two"))
		p.wantMessage("and behind the pump", "two")
	}, withoutDeadlines)
}

// Close has its limit all the same.
func TestCloseWithoutDeadlines(t *testing.T) {
	for _, reader := range []string{"a Receive", "the pump", "nobody"} {
		t.Run("while it is read by "+reader, func(t *testing.T) {
			test(t, func(t *testing.T, p *peer) {
				switch reader {
				case "a Receive":
					p.receive(t.Context())
				case "the pump":
					p.after(2 * pumpDelay)
				}
				p.hold()
				blocked := p.sendText(t.Context(), big)
				closed := p.close(1000, "")
				p.after(5 * time.Second)
				_, err := closed.result("Close")
				require.Error(t, err)
				_, err = blocked.result("Send")
				assert.Error(t, err)
			}, withoutDeadlines)
		})
	}
}
