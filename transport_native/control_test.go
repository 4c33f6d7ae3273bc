package native

import (
	"testing"

	"github.com/stretchr/testify/assert"

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
