package native

import (
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// RFC 6455, section 7.1.1: "As an example of how to obtain a clean closure, the
// server closes TCP first": a client "SHOULD wait for the server to close the
// connection".
func TestCloseAnsweredByThePeer(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		c := p.close(4001, "bye")
		p.wantClose("Close sends code and reason", 4001, "bye")
		c.wantBlocked("it waits for the answer")
		p.send(closing(4001, ""))
		c.wantBlocked("and then for the server to close TCP")
		p.wantIdle("which it leaves open itself")
		require.NoError(t, p.nc.CloseWrite())
		c.want("Close")
		p.wantEOF("nothing is left")
		assert.Zero(t, c.took, "nothing but the peer was waited for")
		assert.Equal(t, transport.ErrClosed, p.c.Err())
	})
}

func TestCloseOfAPeerThatAnswersButLeavesTCPOpen(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		c := p.close(1000, "")
		p.wantClose("Close", 1000, "")
		p.send(closing(1000, ""))
		p.after(lingerTimeout - 1)
		c.wantBlocked("the server is to close TCP")
		p.after(1)
		c.want("but not for ever")
		p.wantEOF("now the client has")
	})
}

func TestCloseIsAnsweredJustInTime(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		c := p.close(1000, "")
		p.wantClose("Close", 1000, "")
		p.after(900 * time.Millisecond)
		p.send(closing(1000, ""))
		p.after(100 * time.Millisecond)
		c.want("the handshake is complete, although TCP is not closed")
		assert.Equal(t, time.Second, c.took, "waiting for that is within CloseTimeout too")
		p.wantEOF("it is now")
	}, closeTimeout(time.Second))
}

func TestCloseOfAPeerThatNeverAnswers(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		c := p.close(1000, "")
		p.wantClose("Close", 1000, "")
		p.after(3*time.Second - 1)
		c.wantBlocked("the peer may answer still")
		p.after(1)
		c.wantErr("it did not", context.DeadlineExceeded)
		p.wantEOF("nothing is left")
	}, closeTimeout(3*time.Second))
}

func TestCloseOfAPeerThatTalksForEver(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		c := p.close(1000, "")
		talk := start(t, func() (int, error) {
			for {
				if n, err := p.nc.Write(text("and another thing")); err != nil {
					return n, err
				}
				time.Sleep(time.Millisecond)
			}
		})
		p.wantClose("Close", 1000, "")
		p.after(5 * time.Second)
		c.wantErr("what is not an answer does not prolong it", context.DeadlineExceeded)
		p.after(time.Millisecond)
		_, err := talk.result("the peer")
		require.Error(t, err)
	})
}

func TestTheCloseFrameThatIsSent(t *testing.T) {
	long := strings.Repeat("é", 100)
	for name, row := range map[string]struct {
		code         uint16
		reason, want string
	}{
		"without a code":                       {1005, "", ""},
		"with a code":                          {1000, "", "\x03\xe8"},
		"with a reason":                        {4999, "r", "\x13\x87r"},
		"with a reason cut between characters": {1011, long, "\x03\xf3" + long[:122]},
	} {
		t.Run(name, func(t *testing.T) {
			test(t, func(t *testing.T, p *peer) {
				c := p.close(row.code, row.reason)
				p.wantFrame("Close", rfc6455.OpClose, row.want)
				p.send(closing(1000, ""))
				p.nc.Close()
				c.want("Close")
			})
		})
	}
}

func TestCloseEndsBlockedCallsAtOnce(t *testing.T) {
	for name, stuck := range map[string]bool{"while nothing is sent": false, "while a message is stuck": true} {
		t.Run(name, func(t *testing.T) {
			test(t, func(t *testing.T, p *peer) {
				a, b := p.receive(t.Context()), p.receive(t.Context())
				pinged := start(t, func() (time.Duration, error) { return p.c.Ping(t.Context()) })
				pinged.wantBlocked("Ping")
				if p.hold(); stuck {
					p.sendText(t.Context(), big).wantBlocked("Send")
				}
				c := p.close(1000, "")
				a.wantErr("a Receive", transport.ErrClosed)
				b.wantErr("another Receive", transport.ErrClosed)
				pinged.wantErr("Ping", transport.ErrClosed)
				c.wantBlocked("Close itself waits for the peer")
			})
		})
	}
}

func TestCloseSendsWhatSendHasAccepted(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		first := p.sendText(t.Context(), big)
		p.settle()
		queued := p.sendText(t.Context(), "queued")
		p.settle()
		c := p.close(1000, "")
		p.settle()
		late := p.sendText(t.Context(), "late")
		late.wantErr("a Send after Close", transport.ErrClosed)
		p.release()
		first.want("the message that had begun")
		queued.want("the one behind it")
		p.wantFrame("the first", rfc6455.OpText, big)
		p.wantFrame("the second", rfc6455.OpText, "queued")
		p.wantClose("then the Close frame", 1000, "")
		p.send(closing(1000, ""))
		p.nc.Close()
		c.want("Close")
	})
}

func TestCloseIsNotKeptWaitingBySendsThatGoOn(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		ended := make(chan error)
		for range 4 {
			go func() {
				for {
					err := p.c.Send(t.Context(), transport.Message{Type: transport.Text, Data: []byte(big)})
					if err != nil {
						ended <- err
						return
					}
				}
			}()
		}
		p.settle()
		c := p.close(1000, "")
		p.settle()
		p.release()
		for range 4 {
			require.ErrorIs(t, <-ended, transport.ErrClosed)
		}
		for range 4 {
			p.wantFrame("a message that had been accepted", rfc6455.OpText, big)
		}
		p.wantClose("then the Close frame", 1000, "")
		p.send(closing(1000, ""))
		p.nc.Close()
		c.want("Close")
	})
}

// A peer that echoes is blocked in its write until this side reads.
func TestCloseWhileBothDirectionsAreFull(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		r := p.receive(t.Context())
		s := p.sendText(t.Context(), big)
		p.settle()
		c := p.close(1000, "")
		r.wantErr("Receive", transport.ErrClosed)
		poured := p.pour(frame(rfc6455.OpText, false, "begin"), frame(rfc6455.OpContinuation, true, big), text(big))
		p.after(2 * pumpDelay)
		poured.want("reading goes on while the message is stuck")
		p.release()
		s.want("Send")
		p.wantFrame("the message", rfc6455.OpText, big)
		p.wantClose("then the Close frame", 1000, "")
		p.send(closing(1000, ""))
		p.nc.Close()
		c.want("Close")
	})
}

// Nobody reads because the inbox is full, until Close empties it.
func TestCloseWhileTheInboxIsFullAndAMessageStuck(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		s := p.sendText(t.Context(), big)
		poured := p.pour(text("full"), text(big), ping(""))
		p.after(2 * pumpDelay)
		poured.wantBlocked("the peer is held back")
		c := p.close(1000, "")
		p.after(2 * pumpDelay)
		poured.want("no more")
		p.release()
		s.want("Send")
		p.wantFrame("the message", rfc6455.OpText, big)
		p.wantFrame("a pong", rfc6455.OpPong, "")
		p.wantClose("the Close frame", 1000, "")
		p.send(closing(1000, ""))
		p.nc.Close()
		c.want("Close")
	}, maxBuffered(1))
}

// The pump may read the peer's Close frame before ours is out.
func TestThePeerClosesWhileOurCloseIsStuck(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		s := p.sendText(t.Context(), big)
		p.settle()
		c := p.close(1000, "")
		p.send(closing(1001, ""))
		p.after(2 * pumpDelay)
		c.wantBlocked("our Close frame is behind a message")
		p.release()
		s.want("Send")
		p.wantFrame("the message", rfc6455.OpText, big)
		p.wantClose("ours, and no answer to theirs", 1000, "")
		p.nc.CloseWrite()
		c.want("both sides have closed")
	})
}

func TestCloseDuringALargeIncomingMessage(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		r := p.receive(t.Context())
		m := text(big)
		p.send(m[:50000])
		r.wantBlocked("half a message")
		c := p.close(1000, "")
		r.wantErr("Receive", transport.ErrClosed)
		p.wantClose("Close", 1000, "")
		p.send(m[50000:60000])
		p.settle()
		assert.Zero(t, cap(p.c.rd.msg), "what still comes is not held")
		poured := p.pour(m[60000:], text("more"), closing(1000, ""))
		poured.want("the rest")
		p.nc.Close()
		c.want("what the peer had begun is no error")
	})
}

func TestCloseThatThePeerStartsToo(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		c := p.close(4001, "ours")
		p.send(closing(4002, "theirs"))
		p.nc.CloseWrite()
		c.want("simultaneous Close frames are a complete handshake")
		p.wantClose("one Close frame is sent", 4001, "ours")
		p.wantEOF("and no second")
	})
}

func TestCloseOfAPeerThatGoesWithoutAnAnswer(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		c := p.close(1000, "")
		p.wantClose("Close", 1000, "")
		p.nc.Close()
		c.wantErr("Close", io.ErrUnexpectedEOF)
	})
}

func TestCloseTwice(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		a := p.close(4001, "first")
		p.settle()
		b := p.close(4002, "second")
		b.wantBlocked("the second waits for the first")
		p.wantClose("one Close frame", 4001, "first")
		p.send(closing(1000, ""))
		p.nc.Close()
		a.want("the first")
		b.want("the second")
		p.close(4003, "third").want("one after the end")
	})
}

func TestThePeerCloses(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		r := p.receive(t.Context())
		p.send(text("last words"), closing(4005, "why"))
		wantText("what came before the Close frame", r, "last words")
		want := p.c.Err()
		for range 2 {
			_, err := p.receive(t.Context()).result("Receive")
			var closed *transport.CloseError
			require.ErrorAs(t, err, &closed)
			assert.Equal(t, transport.CloseError{Code: 4005, Reason: "why", Remote: true}, *closed)
			if want = p.c.Err(); want != nil {
				assert.Same(t, want, err, "it is the same for ever")
			}
		}
		// RFC 6455, section 5.5.1: "When sending a Close frame in response, the
		// endpoint typically echos the status code it received."
		p.wantClose("the code comes back", 4005, "")
		p.wantIdle("TCP is left to the server")
		p.sendText(t.Context(), "late").wantErr("Send", want)
		_, err := p.c.Ping(t.Context())
		assert.Same(t, want, err)
		p.after(lingerTimeout)
		p.wantEOF("but not for ever")
	})
}

func TestThePeerClosesWithoutACode(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.send(closing(1005, ""))
		_, err := p.receive(t.Context()).result("Receive")
		var closed *transport.CloseError
		require.ErrorAs(t, err, &closed)
		assert.Equal(t, transport.CloseError{Code: 1005, Remote: true}, *closed)
		p.wantClose("none comes back", 1005, "")
	})
}

func TestThePeerClosesWhileNobodyReceives(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.send(text("one"), text("two"), closing(1001, "away"))
		p.after(pumpDelay + holdLimit)
		p.wantClose("it is answered", 1001, "")
		<-p.c.Done()
		p.wantMessage("what came before is kept", "one")
		p.wantMessage("in order", "two")
		p.receive(t.Context()).wantErr("then comes the end", p.c.Err())
	})
}

func TestCloseAfterThePeerHasClosed(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.send(text("unread"), closing(1000, ""))
		p.after(pumpDelay)
		c := p.close(4001, "late")
		p.wantClose("the answer", 1000, "")
		p.nc.CloseWrite()
		c.want("the connection has ended in order")
		p.wantEOF("no second Close frame")
		p.receive(t.Context()).wantErr("what was not received is dropped", transport.ErrClosed)
	})
}

func TestThePeerClosesWhileAMessageIsOnItsWay(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		s := p.sendText(t.Context(), big)
		p.settle()
		queued := p.sendText(t.Context(), "queued")
		p.settle()
		p.send(closing(1000, "enough"))
		p.after(pumpDelay)
		queued.wantErr("a message that has not begun is refused", p.c.Err())
		p.release()
		s.want("one that has is sent whole")
		p.wantFrame("the message", rfc6455.OpText, big)
		p.wantClose("then the answer", 1000, "")
	})
}

func TestThePeerClosesAndDoesNotReadOurAnswer(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		s := p.sendText(t.Context(), big)
		p.settle()
		p.send(closing(1000, ""))
		p.after(5*time.Second + pumpDelay)
		s.wantErr("the answer is bounded by CloseTimeout", p.c.Err())
		c := p.close(1000, "")
		c.want("nothing is left to wait for")
		assert.Zero(t, c.took)
	})
}

func TestCloseConcurrentWithEverything(t *testing.T) {
	for _, peerCloses := range []bool{false, true} {
		for delay := range 30 {
			test(t, func(t *testing.T, p *peer) {
				var wg sync.WaitGroup
				p.nc.ChunkReads(1 + delay)
				for range 3 {
					wg.Go(func() { receiveAll(p.c) })
					wg.Go(func() {
						for p.c.Send(t.Context(), transport.Message{Type: transport.Text, Data: []byte("m")}) == nil {
							time.Sleep(time.Duration(delay) * time.Microsecond)
						}
					})
					wg.Go(func() {
						for _, err := p.c.Ping(t.Context()); err == nil; _, err = p.c.Ping(t.Context()) {
						}
					})
				}
				p.pour(text("one"), ping("p"), text(big), frame(rfc6455.OpText, false, "x"), ping("p"))
				time.Sleep(time.Duration(delay) * 10 * time.Microsecond)
				for range 2 {
					wg.Go(func() { p.c.Close(1000, "") })
				}
				if peerCloses {
					p.pour(frame(rfc6455.OpContinuation, true, "y"), closing(1000, ""))
				}
				wg.Wait()
				require.ErrorIs(t, second(p.c.Receive(t.Context(), nil)), transport.ErrClosed)
			}, closeTimeout(time.Second))
		}
	}
}

// receiveAll receives until the connection ends, each time with a timeout that
// is likely to cut it short.
func receiveAll(c *Conn) {
	for i := 0; ; i++ {
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(i%7)*3*time.Microsecond)
		_, err := c.Receive(ctx, nil)
		cancel()
		if err != nil && err != ctx.Err() {
			return
		}
	}
}
