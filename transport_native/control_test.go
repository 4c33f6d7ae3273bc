package native

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/memnet"
	"github.com/amphiwire/amphiwire/internal/rfc6455"
)

// RFC 6455, section 5.5.2: "Upon receipt of a Ping frame, an endpoint MUST send
// a Pong frame in response, unless it already received a Close frame."
func TestPingsAreAnswered(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		r := p.receive(t.Context())
		for _, payload := range []string{"", "hello", "\x00\xff", string(make([]byte, 125))} {
			p.send(ping(payload))
			p.wantFrame("with its payload", rfc6455.OpPong, payload)
		}
		r.wantBlocked("a ping is not a message")
		p.send(ping("before"), closing(1000, ""), ping("after"))
		p.wantFrame("until the Close frame", rfc6455.OpPong, "before")
		p.wantClose("which is answered", 1000, "")
		p.wantIdle("and nothing after it")
	})
}

// RFC 6455, section 5.5.3: "A Pong frame MAY be sent unsolicited. This serves
// as a unidirectional heartbeat. A response to an unsolicited Pong frame is not
// expected."
func TestUnsolicitedPongsAreNoError(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.send(pong(""), pong("12345678"), pong(string(make([]byte, 125))), text("m"))
		p.wantMessage("what follows", "m")
		p.wantIdle("no answer")
	})
}

func TestPingsAreAnsweredWhileThisSideCloses(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		c := p.close(1000, "")
		p.wantClose("Close", 1000, "")
		p.send(ping("late"))
		p.wantIdle("no frame follows a Close frame")
		p.send(closing(1000, ""))
		p.nc.Close()
		c.want("Close")
		assert.Error(t, p.c.Err())
	})
}

// A pong that waits for room must not keep a Send whose message is out.
func TestSendDoesNotWaitForThePongsBehindIt(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		first := p.sendText(t.Context(), strings.Repeat("f", memnet.DefaultBuffer))
		first.wantBlocked("it is as long as the buffer, and its header too much")
		p.send(ping(strings.Repeat("p", 125)), ping(""))
		p.after(pumpDelay)
		p.nc.SetReadBuffer(memnet.DefaultBuffer + 100)
		first.want("its last byte is out, the first pong is not")
		p.release()
		p.wantFrame("the message", rfc6455.OpText, strings.Repeat("f", memnet.DefaultBuffer))
		p.wantFrame("the pongs come after it", rfc6455.OpPong, strings.Repeat("p", 125))
		p.wantFrame("in order", rfc6455.OpPong, "")
	})
}

func TestPongsGoBeforeMessagesThatWait(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		first := p.sendText(t.Context(), big)
		p.settle()
		second := p.sendText(t.Context(), "second")
		p.send(ping("1"), ping("2"))
		p.after(pumpDelay)
		p.release()
		first.want("the first")
		second.want("the second")
		p.wantFrame("a message that has begun is not interrupted", rfc6455.OpText, big)
		p.wantFrame("then the pongs", rfc6455.OpPong, "1")
		p.wantFrame("in order", rfc6455.OpPong, "2")
		p.wantFrame("then what waited", rfc6455.OpText, "second")
	})
}

func TestPongsOfAFloodAreBounded(t *testing.T) {
	test(t, func(t *testing.T, p *peer) {
		p.hold()
		first := p.sendText(t.Context(), big)
		p.settle()
		const n = 10000
		flood := bytes.Repeat(ping(strings.Repeat("p", 100)), n)
		sent := p.pour(flood, ping("last"))
		p.after(pumpDelay)
		sent.want("the flood is read although nothing can be written")
		p.release()
		first.want("the message")
		p.wantFrame("the message", rfc6455.OpText, big)
		p.settle()
		answered, last := 0, ""
		for f, ok := p.next(); ok; f, ok = p.next() {
			require.Equal(t, rfc6455.OpPong, f.Opcode)
			answered, last = answered+1, f.payload
		}
		assert.LessOrEqual(t, answered*106, maxControl+256)
		assert.Equal(t, "last", last, "the most recent ping is answered")
	})
}
