package testserver

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSendSendsOneFrame(t *testing.T) {
	for name, m := range map[string]Message{
		"text":                    {TextMessage, []byte("Hello")},
		"binary":                  {BinaryMessage, []byte{0xff}},
		"nothing":                 {BinaryMessage, nil},
		"the largest copied":      {BinaryMessage, bytes.Repeat([]byte{1}, copyLimit)},
		"the smallest not copied": {BinaryMessage, bytes.Repeat([]byte{1}, copyLimit+1)},
	} {
		t.Run(name, func(t *testing.T) {
			c, sent := peer(t, nil, func(p *Peer) error { return p.Send(context.Background(), m) })
			c.want(fin|byte(m.Type), string(m.Data))
			assert.NoError(t, <-sent)
			c.wantClose(1000)
		})
	}
}

func TestSendRefusesWhatIsNoMessage(t *testing.T) {
	c, errs := peer(t, nil, func(p *Peer) []error {
		ctx := context.Background()
		return []error{
			p.Send(ctx, Message{TextMessage, []byte("\xff")}),
			p.Send(ctx, Message{Data: []byte("a")}),
			p.Ping(ctx, make([]byte, 126)),
			p.Send(ctx, Message{TextMessage, []byte("and goes on")}),
		}
	})
	c.want(text, "and goes on")
	got := <-errs
	assert.ErrorIs(t, got[0], ErrInvalidUTF8)
	assert.ErrorContains(t, got[1], "type 0")
	assert.ErrorContains(t, got[2], "125", "the limit is named")
	assert.NoError(t, got[3])
}

func TestPingSendsItsPayload(t *testing.T) {
	c, _ := peer(t, nil, func(p *Peer) error { return p.Ping(context.Background(), []byte("Hello")) })
	c.want(ping, "Hello")
}

func TestSendsOfManyGoroutinesDoNotMix(t *testing.T) {
	const senders = 8
	c, _ := peer(t, nil, func(p *Peer) error {
		var all sync.WaitGroup
		for k := range senders {
			payload := bytes.Repeat([]byte{byte('a' + k)}, copyLimit+k)
			all.Go(func() { _ = p.Send(context.Background(), Message{BinaryMessage, payload}) })
		}
		all.Wait()
		return nil
	})
	seen := map[string]bool{}
	for range senders {
		_, payload := c.read()
		assert.Equal(t, len(payload), strings.Count(payload, payload[:1]), "of one sender alone")
		seen[payload[:1]] = true
	}
	assert.Len(t, seen, senders)
	c.wantClose(1000)
}

func TestSendFailsAfterTheEnd(t *testing.T) {
	c, sent := peer(t, nil, func(p *Peer) [2]error {
		ctx, m := context.Background(), Message{TextMessage, nil}
		end := receive(p)
		return [2]error{end, p.Send(ctx, m)}
	})
	c.close()
	errs := <-sent
	assert.ErrorIs(t, errs[1], errs[0], "what Receive returned")
}

func TestSendFailsAfterClose(t *testing.T) {
	c, sent := peer(t, nil, func(p *Peer) error {
		_ = p.Close(1000, "")
		return p.Send(context.Background(), Message{TextMessage, nil})
	})
	c.want(closing, code(1000, ""))
	c.send(closing, "")
	c.wantEnd()
	assert.ErrorIs(t, <-sent, net.ErrClosed)
}

func TestSendThatIsCancelledBeforeItsFirstByteDoesNoHarm(t *testing.T) {
	c, sent := peer(t, nil, func(p *Peer) error {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		return p.Send(ctx, Message{TextMessage, []byte("never")})
	})
	assert.ErrorIs(t, <-sent, context.Canceled)
	c.want(closing, code(1000, ""))
}

// Nobody could tell where the next frame begins. The client has seen the
// first byte of a frame that no socket's buffers can hold.
func TestSendThatIsCancelledInsideAFrameBreaksTheConnection(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	c, sent := peer(t, nil, func(p *Peer) [2]error {
		err := p.Send(ctx, Message{BinaryMessage, make([]byte, 64<<20)})
		_, end := p.Receive(context.Background())
		return [2]error{err, end}
	})
	_, err := c.r.ReadByte()
	require.NoError(t, err)
	cancel()
	errs := <-sent
	assert.ErrorIs(t, errs[0], context.Canceled)
	var end *CloseError
	assert.ErrorAs(t, errs[1], &end)
}

// As long as nothing of the frame is on its way, the connection lives.
func TestSendThatIsCancelledInFrontOfAFrameDoesNoHarm(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	c, sent := peer(t, nil, func(p *Peer) error {
		first := make(chan error, 1)
		go func() { first <- p.Send(context.Background(), Message{BinaryMessage, make([]byte, 64<<20)}) }()
		// Either send may be the one that waits for the other.
		err := p.Send(ctx, Message{TextMessage, []byte("second")})
		return errors.Join(err, <-first)
	})
	first, err := c.r.Peek(1)
	require.NoError(t, err)
	if first[0] == text {
		c.want(text, "second")
	}
	cancel()
	c.want(binary1, string(make([]byte, 64<<20)))
	if err := <-sent; err != nil {
		assert.ErrorIs(t, err, context.Canceled)
	}
	c.wantClose(1000)
}
