package native

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// big is a message that a stalled peer's buffer cannot hold.
var big = strings.Repeat("0123456789abcdef", 16<<10)

func TestSend(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.sendText(t.Context(), "hello").want("Send")
		p.wantFrame("a text message", rfc6455.OpText, "hello")
		require.NoError(t, p.c.Send(t.Context(), transport.Message{Type: transport.Binary, Data: []byte{0, 255}}))
		p.wantFrame("a binary message", rfc6455.OpBinary, "\x00\xff")
		p.sendText(t.Context(), "").want("Send")
		p.wantFrame("an empty message", rfc6455.OpText, "")
	})
}

func TestSendDoesNotChangeTheMessage(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		data := []byte("hello")
		require.NoError(t, p.c.Send(t.Context(), transport.Message{Type: transport.Text, Data: data}))
		assert.Equal(t, "hello", string(data), "masking is not done in place")
	})
}

// RFC 6455, section 5.3: "The masking key needs to be unpredictable".
func TestEachMessageHasItsOwnMaskingKey(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		keys := map[[4]byte]bool{}
		for range 100 {
			p.sendText(t.Context(), "x").want("Send")
			f, ok := p.next()
			require.True(t, ok)
			keys[f.MaskKey] = true
		}
		assert.Greater(t, len(keys), 95)
	})
}

func TestConcurrentSendsAreWholeAndOrderedPerGoroutine(t *testing.T) {
	const senders, messages = 8, 50
	test(t, func(t *testing.T, p *peer) {
		var wg sync.WaitGroup
		for g := range senders {
			wg.Go(func() {
				for i := range messages {
					pad := strings.Repeat(".", (g*997+i*131)%5000)
					m := transport.Message{Type: transport.Text, Data: fmt.Appendf(nil, "%d %d %s", g, i, pad)}
					assert.NoError(t, p.c.Send(t.Context(), m))
				}
			})
		}
		wg.Wait()
		p.settle()
		var next [senders]int
		for range senders * messages {
			f, ok := p.next()
			require.True(t, ok, "every message arrives")
			var g, i int
			_, err := fmt.Sscanf(f.payload, "%d %d", &g, &i)
			require.NoError(t, err)
			require.Equal(t, next[g], i, "messages of one goroutine arrive in order")
			require.Len(t, f.payload, len(fmt.Sprintf("%d %d ", g, i))+(g*997+i*131)%5000)
			next[g]++
		}
		p.wantIdle("nothing else is sent")
	})
}

func TestAnIdleConnectionSendsASmallMessageInOneWrite(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		for _, size := range []int{0, 1, 125, 126, 65535, 65536, 256 << 10} {
			before := p.near.Writes()
			s := strings.Repeat("s", size)
			p.sendText(t.Context(), s).want("Send")
			p.wantFrame("the message", rfc6455.OpText, s)
			assert.Equal(t, 1, p.near.Writes()-before, "%d bytes", size)
		}
	})
}

func TestALargeMessageIsOneFrameInFewWrites(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		before := p.near.Writes()
		s := strings.Repeat("large", 1<<20/5)
		p.sendText(t.Context(), s).want("Send")
		p.wantFrame("one frame", rfc6455.OpText, s)
		assert.LessOrEqual(t, p.near.Writes()-before, 4)
	})
}

func TestWaitingMessagesShareAWrite(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		first := p.sendText(t.Context(), big)
		first.wantBlocked("the peer does not read")
		const n = 100
		var waiting []*call[int]
		for i := range n {
			waiting = append(waiting, p.sendText(t.Context(), fmt.Sprint("small ", i)))
			p.settle() // so that they queue up in this order
		}
		writes := p.near.Writes()
		p.release()
		first.want("the large message")
		p.wantFrame("it goes first", rfc6455.OpText, big)
		for i, s := range waiting {
			s.want("a small message")
			p.wantFrame("those that waited, in order", rfc6455.OpText, fmt.Sprint("small ", i))
		}
		assert.Equal(t, 1, p.near.Writes()-writes)
	})
}

func TestWhatSharesAWriteIsBounded(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		first := p.sendText(t.Context(), big)
		first.wantBlocked("the peer does not read")
		const n = 8
		half := strings.Repeat("h", shareSize/2)
		var waiting []*call[int]
		for range n {
			waiting = append(waiting, p.sendText(t.Context(), half))
		}
		p.settle()
		writes := p.near.Writes()
		p.release()
		p.settle()
		first.want("the large message")
		for _, s := range waiting {
			s.want("a message that waited")
		}
		assert.Greater(t, p.near.Writes()-writes, n/2-1, "a write carries no more than its share")
	})
}

func TestMessagesOfNoBytesAreBoundedInAWriteToo(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		first := p.sendText(t.Context(), big)
		p.settle()
		const n = 10000
		var wg sync.WaitGroup
		for range n {
			wg.Go(func() { assert.NoError(t, p.c.Send(t.Context(), transport.Message{Type: transport.Text})) })
		}
		p.settle()
		writes := p.near.Writes()
		p.release()
		wg.Wait()
		first.want("the first")
		assert.Greater(t, p.near.Writes()-writes, n*rfc6455.MaxHeaderSize/shareSize-1)
	})
}
