package conformance

import (
	"errors"
	"strings"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fragmentRows show that a message in several frames is received whole. RFC
// 6455, section 5.4: "the fragments of one message MUST NOT be interleaved",
// but "control frames MAY be injected in the middle of a fragmented message".
func fragmentRows() []Row {
	const text = "räksmörgås 𝄞 in pieces that cut characters"
	joined := func(query ...string) func(t *T) {
		return func(t *T) {
			c := t.dial("fragments", append(query, "text", text)...)
			assert.Equal(t, text, t.text(c))
			t.echoes(c, client.Text("after"))
		}
	}
	return []Row{
		{Name: "fragments/two are one message", Run: joined("n", "2")},
		{Name: "fragments/one byte each", Run: joined("n", itoa(len(text)))},
		{Name: "fragments/with pings in between", Run: joined("n", "5", "ping", "1")},
		{Name: "fragments/an echo in pieces of 1000 bytes", Run: func(t *T) {
			t.echoes(t.dial("echo", "fragment", "1000"), client.Binary(pattern(100_000)))
		}},
		{Name: "fragments/an echo of text in pieces of one byte", Run: func(t *T) {
			t.echoes(t.dial("echo", "fragment", "1"), client.Text(text))
		}},
		{Name: "fragments/empty ones in between", Run: func(t *T) {
			// text "a", continuation "", continuation "b" with FIN
			assert.Equal(t, "ab", t.text(t.raw("010161"+"0000"+"800162", "hang")))
		}},
		{Name: "fragments/all of them empty", Run: func(t *T) {
			assert.Equal(t, "", t.text(t.raw("0100"+"0000"+"8000", "hang")))
		}},
		{Name: "fragments/a header cut after every byte", Run: func(t *T) {
			long := strings.Repeat("61", 126)
			assert.Equal(t, strings.Repeat("a", 126), t.text(t.raw("81-7e-00-7e-"+long, "hang")))
		}},
		{Name: "fragments/a message together with the handshake's answer", Run: func(t *T) {
			c := t.dial("raw", "hex", "810568656c6c6f", "segment", "one", "then", "echo")
			assert.Equal(t, "hello", t.text(c))
			t.echoes(c, client.Text("after"))
		}},
		{Name: "fragments/two messages in one piece", Run: func(t *T) {
			c := t.raw("8101618101628201ff", "hang")
			assert.Equal(t, "a", t.text(c))
			assert.Equal(t, "b", t.text(c))
			assert.Equal(t, client.Binary([]byte{0xff}), t.receive(c))
		}},
	}
}

// raw dials a route that sends the given bytes once the connection is open on
// both sides.
func (t *T) raw(hex, then string) *client.Conn {
	t.Helper()
	return t.begun(impatient, "raw", "hex", hex, "then", then)
}

// controlRows show pings and pongs.
func controlRows() []Row {
	return []Row{
		{Name: "ping/the peer's is answered", Run: func(t *T) {
			assert.Equal(t, "pong hello", t.text(t.dial("ping")))
		}},
		{Name: "ping/each gets its own payload back", Run: func(t *T) {
			c := t.dial("ping", "n", "3", "payload", "p")
			for _, want := range []string{"pong p", "pong p1", "pong p2"} {
				assert.Equal(t, want, t.text(c))
			}
		}},
		{Name: "ping/an empty payload", Run: func(t *T) {
			assert.Equal(t, "pong ", t.text(t.dial("ping", "payload", "")))
		}},
		{Name: "ping/a payload of 125 bytes", Run: func(t *T) {
			id := unique()
			c := t.dial("raw", "hex", "897d"+strings.Repeat("78", 125), "then", "echo", "id", id)
			t.echoes(c, client.Text("after"))
			require.NoError(t, c.Close())
			assert.Equal(t, 1, t.report(id).Pongs)
		}},
		{Name: "ping/is answered while nobody receives", Run: func(t *T) {
			id := unique()
			c := t.dial("ping", "id", id)
			pause()
			require.NoError(t, c.Close())
			assert.Equal(t, 1, t.report(id).Pongs)
		}},
		{Name: "ping/a pong that nobody asked for is ignored", Run: func(t *T) {
			// RFC 6455, section 5.5.3: "A response to an unsolicited Pong
			// frame is not expected."
			assert.Equal(t, "a", t.text(t.raw("8a0178"+"810161", "hang")))
		}},
		{Name: "ping/ours measures the round trip, or is unsupported in a browser", Run: func(t *T) {
			c := t.dial("echo")
			rtt, err := c.Ping(t.ctx)
			if onJS {
				assert.ErrorIs(t, err, errors.ErrUnsupported)
			} else {
				require.NoError(t, err)
				assert.Positive(t, rtt)
			}
			t.echoes(c, client.Text("after"))
		}},
		{Name: "ping/ours fails after Close", Run: func(t *T) {
			c := t.dial("echo")
			require.NoError(t, c.Close())
			_, err := c.Ping(t.ctx)
			assert.ErrorIs(t, err, client.ErrClosed)
		}},
	}
}
