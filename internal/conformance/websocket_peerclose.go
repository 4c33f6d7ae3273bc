package conformance

import (
	"io"
	"strings"
	"time"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pause lets what the server has sent arrive, closing included, before the
// program looks: the slow reader whose messages other libraries lose.
func pause() { time.Sleep(200 * time.Millisecond) }

// peerCloseRows show that the peer's messages come before its close, and that
// its code and reason arrive.
func peerCloseRows() []Row {
	var rows []Row
	for _, code := range []client.CloseCode{
		1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4001, 4999,
	} {
		row := Row{Name: "peer closes/with " + itoa(int(code)), Run: func(t *T) {
			closed := t.closed(t.dial("close", "code", itoa(int(code))))
			assert.Equal(t, code, closed.Code)
			assert.True(t, closed.Remote)
			assert.Empty(t, closed.Reason)
		}}
		if code >= client.CloseServiceRestart && code <= client.CloseBadGateway {
			row.Except = map[string]string{"webkit": "tells a page 1006 for a code that was registered after RFC 6455"}
		}
		rows = append(rows, row)
	}
	return append(rows, []Row{
		{Name: "peer closes/without a code", Run: func(t *T) {
			closed := t.closed(t.dial("close", "code", "0"))
			assert.Equal(t, client.CloseNoStatus, closed.Code)
			assert.True(t, closed.Remote)
		}},
		{Name: "peer closes/with a reason", Run: func(t *T) {
			assert.Equal(t, "försent", t.closed(t.dial("close", "code", "4001", "reason", "försent")).Reason)
		}},
		{Name: "peer closes/with a reason of 123 bytes", Run: func(t *T) {
			reason := strings.Repeat("r", 123)
			assert.Equal(t, reason, t.closed(t.dial("close", "code", "1000", "reason", reason)).Reason)
		}},
		{Name: "peer closes/after messages, which come first", Run: func(t *T) { burst(t, "10", "1000", numbers(10)) }},
		{Name: "peer closes/after messages, and the code arrives", Run: func(t *T) { burst(t, "10", "4001", numbers(10)) }},
		{Name: "peer closes/before the program receives, and nothing is lost", Run: func(t *T) {
			c := t.dial("burst", "n", "10", "code", "4001", "reason", "bye")
			pause()
			texts, err := t.drain(c)
			assert.Equal(t, numbers(10), texts)
			var closed *client.CloseError
			require.ErrorAs(t, err, &closed)
			assert.Equal(t, client.CloseCode(4001), closed.Code)
			assert.Equal(t, "bye", closed.Reason)
		}},
		{Name: "peer closes/between two echoes", Run: func(t *T) {
			c := t.dial("close", "after", "2", "code", "1001")
			t.echoes(c, client.Text("a"))
			t.echoes(c, client.Text("b"))
			assert.Equal(t, client.CloseGoingAway, t.closed(c).Code)
		}},
		{Name: "peer closes/the error is the same for ever", Run: func(t *T) {
			c := t.dial("close", "code", "4001")
			first := t.closed(c)
			for range 3 {
				assert.Same(t, first, t.closed(c))
			}
		}},
		{Name: "peer closes/an orderly close is io.EOF", Run: func(t *T) {
			for _, code := range []string{"1000", "1001", "0"} {
				assert.ErrorIs(t, t.closed(t.dial("close", "code", code)), io.EOF, code)
			}
		}},
		{Name: "peer closes/any other close is not io.EOF", Run: func(t *T) {
			for _, code := range []string{"1002", "1011", "3000", "4999"} {
				assert.NotErrorIs(t, t.closed(t.dial("close", "code", code)), io.EOF, code)
			}
		}},
		{Name: "peer closes/the error names code and reason", Run: func(t *T) {
			err := t.closed(t.dial("close", "code", "4001", "reason", "försent"))
			assert.Contains(t, err.Error(), "4001")
			assert.Contains(t, err.Error(), "försent")
		}},
		{Name: "peer closes/and is answered with its code", Run: func(t *T) {
			// RFC 6455, section 5.5.1: "If an endpoint receives a Close frame
			// and did not previously send a Close frame, the endpoint MUST
			// send a Close frame in response."
			id := unique()
			t.closed(t.dial("close", "code", "4001", "id", id))
			r := t.report(id)
			assert.Equal(t, 4001, r.Code)
			assert.True(t, r.Clean)
		}},
		{Name: "peer closes/and is answered while nobody receives", Run: func(t *T) {
			id := unique()
			t.dial("close", "code", "4001", "id", id)
			assert.True(t, t.report(id).Clean)
		}},
		{Name: "peer closes/what comes after its Close is ignored", Run: func(t *T) {
			// RFC 6455, section 1.4: the peer "discards any further data received".
			closed := t.closed(t.raw("880203e8"+"810161", "fin"))
			assert.Equal(t, client.CloseNormal, closed.Code)
		}, Except: map[string]string{"chromium": "fails a connection on which data follows the Close frame"}},
		{Name: "peer closes/with 1005, which must not be on the wire", Run: func(t *T) {
			t.violated(t.raw("880203ed", "hang"), client.CloseProtocolError)
		}, Except: map[string]string{"firefox": "tells a page 1005 for a Close frame that holds it, as for one without a code"}},
		{Name: "peer closes/with 1006, which must not be on the wire", Run: func(t *T) {
			t.violated(t.raw("880203ee", "hang"), client.CloseProtocolError)
		}},
		{Name: "peer closes/with 1015, which must not be on the wire", Run: func(t *T) {
			t.violated(t.raw("880203f7", "hang"), client.CloseProtocolError)
		}},
		{Name: "peer closes/with a code below 1000 or over 4999", Run: func(t *T) {
			for _, code := range []string{"0000", "03e7", "1388", "ffff"} { // 0 999 5000 65535
				c := t.raw("8802"+code, "hang")
				if onJS { // some browsers tell these codes as they are
					assert.NotErrorIs(t, t.closed(c), io.EOF)
				} else {
					t.violated(c, client.CloseProtocolError)
				}
			}
		}},
		{Name: "peer closes/with half a code, an error of protocol", Run: func(t *T) {
			t.violated(t.raw("880103", "hang"), client.CloseProtocolError)
		}, Except: map[string]string{"firefox": "tells a page 1005 for half a code, as for none"}},
		{Name: "peer closes/with a reason that is not UTF-8", Run: func(t *T) {
			t.violated(t.raw("880503e8c0af41", "hang"), client.CloseInvalidPayload)
		}},
	}...)
}

// burst expects texts, then a close with code.
func burst(t *T, n, code string, want []string) {
	texts, err := t.drain(t.dial("burst", "n", n, "code", code))
	assert.Equal(t, want, texts)
	var closed *client.CloseError
	require.ErrorAs(t, err, &closed)
	assert.Equal(t, code, itoa(int(closed.Code)))
}

// lostRows show the end of a connection without a closing handshake. RFC
// 6455, section 7.1.5: "If _The WebSocket Connection is Closed_ and no Close
// control frame was received by the endpoint, _The WebSocket Connection Close
// Code_ is considered to be 1006."
func lostRows() []Row {
	lost := func(path string, query ...string) func(*T) {
		return func(t *T) {
			closed := t.closed(t.begun(nil, path, query...))
			assert.Equal(t, client.CloseAbnormal, closed.Code)
			assert.True(t, closed.Remote)
			assert.NotErrorIs(t, closed, io.EOF)
		}
	}
	return []Row{
		{Name: "lost/end of the TCP connection", Run: lost("drop", "how", "fin")},
		{Name: "lost/reset of the TCP connection", Run: lost("drop", "how", "rst")},
		{Name: "lost/in the middle of a header", Run: lost("raw", "hex", "82", "then", "fin")},
		{Name: "lost/in the middle of a payload", Run: lost("raw", "hex", "820561", "then", "fin")},
		{Name: "lost/between two fragments", Run: lost("raw", "hex", "010161", "then", "fin")},
		{Name: "lost/messages before the end come first", Run: func(t *T) {
			c := t.begun(nil, "burst", "n", "10", "code", "-1")
			pause()
			texts, err := t.drain(c)
			assert.Equal(t, numbers(10), texts)
			var closed *client.CloseError
			require.ErrorAs(t, err, &closed)
			assert.Equal(t, client.CloseAbnormal, closed.Code)
		}},
		{Name: "lost/after an echo", Run: func(t *T) {
			c := t.dial("drop", "after", "1", "how", "rst")
			t.echoes(c, client.Text("hello"))
			assert.Equal(t, client.CloseAbnormal, t.closed(c).Code)
		}},
		{Name: "lost/a natively known cause is wrapped", Run: func(t *T) {
			assert.ErrorIs(t, t.closed(t.begun(nil, "drop", "how", "fin")), io.ErrUnexpectedEOF)
		}, Except: map[string]string{browser: "a close event of code 1006 tells a page no cause (WHATWG WebSockets, section 4)"}},
	}
}
