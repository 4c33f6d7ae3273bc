package testserver

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/memnet"
)

// RFC 6455, section 5.5.1: "When sending a Close frame in response, the
// endpoint typically echos the status code it received."
func TestTheClientsCloseIsAnsweredInKind(t *testing.T) {
	s := New(t)
	for name, payload := range map[string]string{
		"no code":                  "",
		"1000":                     code(1000, ""),
		"a reason":                 code(1001, "going away"),
		"a reason of 123 bytes":    code(1000, strings.Repeat("x", 123)),
		"the registry's last":      code(1014, ""),
		"a library's":              code(3000, ""),
		"an application's":         code(4999, ""),
		"a reason beyond ASCII":    code(4000, "bis später"),
		"service restart":          code(1012, ""),
		"unsupported data":         code(1003, ""),
		"a mandatory extension":    code(1010, ""),
		"an internal error":        code(1011, ""),
		"the client is too strict": code(1002, ""),
	} {
		t.Run(name, func(t *testing.T) {
			c := open(t, s, "/ws/echo")
			c.send(closing, payload)
			c.want(closing, payload)
			c.wantEnd()
		})
	}
}

// RFC 6455, section 1.4: "After receiving a control frame indicating the
// connection should be closed, a peer discards any further data received."
func TestWhatFollowsTheClientsCloseIsDiscarded(t *testing.T) {
	c := open(t, New(t), "/ws/echo")
	c.write(masked(closing, code(1000, "")) + masked(text, "late") + masked(ping, "late"))
	c.want(closing, code(1000, ""))
	c.wantEnd()
}

// RFC 6455, section 7.1.1: the server is to close the TCP connection first. It
// does so with what the client sent last still unread, and loses no frame.
func TestTheServerClosesTCPFirstAndInOrder(t *testing.T) {
	c := open(t, New(t), "/ws/echo")
	c.write(masked(closing, "") + strings.Repeat("x", 1<<20))
	c.want(closing, "")
	c.wantEnd()
}

func TestCloseBeginsTheHandshake(t *testing.T) {
	c, ended := peer(t, nil, func(p *Peer) error { return p.Close(4000, "enough") })
	c.want(closing, code(4000, "enough"))
	c.send(closing, code(4000, ""))
	c.wantEnd()
	assert.NoError(t, <-ended)
}

func TestCloseDiscardsWhatTheClientSentBefore(t *testing.T) {
	c, ended := peer(t, nil, func(p *Peer) error {
		err := p.Close(1000, "")
		_, after := p.Receive(context.Background())
		return errors.Join(err, after)
	})
	c.want(closing, code(1000, ""))
	c.send(text, "crossed")
	c.send(ping, "crossed")
	c.send(closing, code(1000, ""))
	c.wantEnd()
	err := <-ended
	assert.ErrorIs(t, err, net.ErrClosed, "of Receive after Close")
	assert.Equal(t, 1, strings.Count(err.Error(), "\n")+1, "Close itself has no error: %v", err)
}

// Both sides begin at once: each Close frame is the answer to the other.
func TestClosesThatCrossAreOne(t *testing.T) {
	c, ended := peer(t, nil, func(p *Peer) error { return p.Close(4000, "") })
	c.send(closing, code(3000, ""))
	first, _ := c.read()
	assert.Equal(t, byte(closing), first)
	c.wantEnd()
	assert.NoError(t, <-ended)
}

func TestCloseWhileAnotherGoroutineReceives(t *testing.T) {
	c, ended := peer(t, nil, func(p *Peer) [2]error {
		received := make(chan error, 1)
		go func() { received <- receive(p) }()
		closed := p.Close(1000, "")
		return [2]error{closed, <-received}
	})
	c.want(closing, code(1000, ""))
	c.send(closing, code(1000, ""))
	c.wantEnd()
	errs := <-ended
	assert.NoError(t, errs[0])
	assert.ErrorIs(t, errs[1], net.ErrClosed)
}

func TestCloseGivesUpOnAClientThatDoesNotAnswer(t *testing.T) {
	c, ended := peer(t, &WebSocketOptions{CloseTimeout: time.Millisecond}, func(p *Peer) error {
		return p.Close(1000, "")
	})
	c.want(closing, code(1000, ""))
	_, err := c.r.ReadByte()
	assert.ErrorIs(t, err, io.EOF)
	err = <-ended
	assert.ErrorIs(t, err, net.ErrClosed)
	assert.ErrorContains(t, err, "1ms", "the limit is named")
}

// The Close frame has to wait for the writer, and the writer for the client.
func TestCloseGivesUpOnAClientThatDoesNotRead(t *testing.T) {
	_, ended := peer(t, &WebSocketOptions{CloseTimeout: 10 * time.Millisecond}, func(p *Peer) error {
		sending := make(chan struct{})
		go func() {
			defer close(sending)
			for p.Send(context.Background(), Message{BinaryMessage, make([]byte, 1<<20)}) == nil {
			}
		}()
		err := p.Close(1000, "")
		<-sending
		return err
	})
	assert.ErrorIs(t, <-ended, net.ErrClosed)
}

func TestCloseRefusesWhatMustNotBeSent(t *testing.T) {
	c, ended := peer(t, nil, func(p *Peer) []error {
		return []error{p.Close(1006, ""), p.Close(999, ""), p.Close(1000, "\xff"), p.Close(1005, "why")}
	})
	for _, err := range <-ended {
		assert.Error(t, err)
	}
	c.wantClose(1000) // the connection went on until serve returned
}

func TestCloseCutsALongReasonAtACharacter(t *testing.T) {
	c, _ := peer(t, nil, func(p *Peer) error { return p.Close(1000, strings.Repeat("€", 60)) })
	c.want(closing, code(1000, strings.Repeat("€", 41)))
}

func TestClose1005SendsNoCode(t *testing.T) {
	c, _ := peer(t, nil, func(p *Peer) error { return p.Close(1005, "") })
	c.want(closing, "")
}

func TestCloseAfterTheEndSaysWhy(t *testing.T) {
	c, ended := peer(t, nil, func(p *Peer) error {
		_ = receive(p)
		return p.Close(1000, "")
	})
	require.NoError(t, c.conn.Close())
	assert.ErrorIs(t, <-ended, io.ErrUnexpectedEOF)
}

func TestAServeFunctionThatReturnsClosesWith1000(t *testing.T) {
	c, _ := peer(t, nil, func(*Peer) error { return nil })
	c.want(closing, code(1000, ""))
	c.send(closing, code(1000, ""))
	c.wantEnd()
}

// Close gives a Send up that is stuck. One whose context ends meanwhile must not
// take that back.
func TestCloseIsBoundedWhileSendsAreGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, near, _ := unreadPeer(t)
		m := Message{BinaryMessage, make([]byte, memnet.DefaultBuffer)}
		ctx, cancel := context.WithCancel(t.Context())
		first, second := make(chan error, 1), make(chan error, 1)
		go func() { first <- p.Send(ctx, m) }()
		synctest.Wait()
		go func() { second <- p.Send(t.Context(), m) }()
		synctest.Wait()
		began, closed := time.Now(), make(chan error, 1)
		go func() { closed <- p.Close(1000, "") }()
		synctest.Wait()
		cancel()
		select {
		case err := <-closed:
			assert.Error(t, err)
			assert.LessOrEqual(t, time.Since(began), defaultCloseTimeout)
		case <-time.After(time.Hour):
			t.Error("Close hangs")
		}
		assert.ErrorIs(t, <-first, context.Canceled)
		near.Close()
		assert.Error(t, <-second)
	})
}

// A tls.Conn waits for up to 5 s for room to say goodbye.
func TestOverTLSTheEndIsBoundedIfTheClientDoesNotRead(t *testing.T) {
	cert, _, err := newCertificate()
	require.NoError(t, err)
	for name, row := range map[string]struct {
		end   func(*Peer, *tls.Conn)
		limit time.Duration
	}{
		"Close": {func(p *Peer, _ *tls.Conn) { _ = p.Close(1000, "") }, defaultCloseTimeout},
		"the client's Close": {func(p *Peer, far *tls.Conn) {
			_, _ = io.WriteString(far, masked(closing, code(1000, "")))
			_, _ = p.Receive(context.Background())
		}, defaultCloseTimeout + drainTime},
		"a Send that is cancelled": {func(p *Peer, far *tls.Conn) {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			assert.ErrorIs(t, p.Send(ctx, Message{BinaryMessage, []byte("x")}), context.DeadlineExceeded)
			_, err := p.Receive(context.Background())
			assert.ErrorIs(t, err, context.DeadlineExceeded, "it cannot be taken back")
		}, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				near, far := memnet.Pipe()
				defer far.Close()
				server := tls.Server(near, &tls.Config{Certificates: []tls.Certificate{*cert}})
				client := tls.Client(far, &tls.Config{InsecureSkipVerify: true})
				go func() { _ = client.Handshake() }()
				p := newPeer(server, nil, nil, (&endpoint{}).init(), codec{})
				require.NoError(t, p.Send(t.Context(), Message{BinaryMessage, []byte("first")}))
				synctest.Wait()
				far.SetReadBuffer(1)
				began := time.Now()
				row.end(p, client)
				assert.LessOrEqual(t, time.Since(began), row.limit)
			})
		})
	}
}

// mute is a connection that cannot be written.
type mute struct{ net.Conn }

func (mute) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestCloseAfterAFailedWriteEndsTheConnection(t *testing.T) {
	for name, answered := range map[string]bool{"the client closes": true, "it does not": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				near, far := memnet.Pipe()
				defer far.Close()
				p := newPeer(mute{near}, nil, nil, (&endpoint{}).init(), codec{})
				require.ErrorIs(t, p.Send(t.Context(), Message{TextMessage, nil}), io.ErrClosedPipe)
				sent := masked(text, "one") + masked(text, "two")
				if answered {
					sent += masked(closing, code(1000, ""))
				}
				_, err := io.WriteString(far, sent)
				require.NoError(t, err)
				began := time.Now()
				_ = p.Close(1000, "")
				assert.Equal(t, answered, time.Since(began) == 0)
				assert.LessOrEqual(t, time.Since(began), defaultCloseTimeout)
				_, err = p.Receive(t.Context())
				assert.Error(t, err)
				_, err = near.Read(nil)
				assert.ErrorIs(t, err, net.ErrClosed)
			})
		})
	}
}
