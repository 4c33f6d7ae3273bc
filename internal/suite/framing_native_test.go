//go:build !js

package suite

import (
	"fmt"
	"strings"
	"testing"
)

// RFC 6455, section 5.2: the payload length has three forms, and the edges
// between them are at 125, 126, 65535 and 65536 bytes.
func TestFraming(t *testing.T) {
	var scripts []script
	for _, kind := range []struct {
		name string
		head byte
		unit string
	}{{"text", textFrame, "*"}, {"binary", binaryFrame, "\xfe"}} {
		for _, size := range []int{0, 125, 126, 127, 128, 65535, 65536} {
			f := []frame{{kind.head, strings.Repeat(kind.unit, size)}}
			scripts = append(scripts, script{name: fmt.Sprintf("%s of %d bytes", kind.name, size), send: f, want: f})
		}
		f := []frame{{kind.head, strings.Repeat(kind.unit, 65536)}}
		scripts = append(scripts,
			script{name: kind.name + " of 65536 bytes in pieces of 997", send: f, want: f, chop: 997},
			script{name: kind.name + " of 126 bytes in pieces of one", send: []frame{{kind.head, stars(126)}}, want: []frame{{kind.head, stars(126)}}, chop: 1})
	}
	runAll(t, scripts)
}

// RFC 6455, section 5.5.2: a ping is answered by a pong with its payload;
// section 5.5.3: "A Pong frame MAY be sent unsolicited."
func TestPings(t *testing.T) {
	var ten, pongs []frame
	for k := range 10 {
		payload := fmt.Sprintf("payload-%d", k)
		ten, pongs = append(ten, frame{pingFrame, payload}), append(pongs, frame{pongFrame, payload})
	}
	var scripts []script
	for name, payload := range map[string]string{
		"without payload": "", "with text": "Hello, world!", "with bytes that are no text": "\x00\xff\xfe\xfd\xfc\xfb\x00\xff",
		"of 125 bytes": strings.Repeat("\xfe", 125),
	} {
		scripts = append(scripts, script{name: "a ping " + name, send: []frame{{pingFrame, payload}}, want: []frame{{pongFrame, payload}}})
	}
	runAll(t, append(scripts, []script{
		{name: "a ping of 126 bytes", send: []frame{{pingFrame, stars(126)}}, fail: 1002},
		{name: "a ping of 125 bytes in pieces of one", send: []frame{{pingFrame, stars(125)}}, want: []frame{{pongFrame, stars(125)}}, chop: 1},
		{name: "a pong that nobody asked for", send: []frame{{pongFrame, ""}}},
		{name: "a pong with payload that nobody asked for", send: []frame{{pongFrame, "unsolicited"}}},
		{name: "such a pong, then a ping", send: []frame{{pongFrame, "unsolicited"}, {pingFrame, "ping"}}, want: []frame{{pongFrame, "ping"}}},
		{name: "ten pings", send: ten, want: pongs, chop: perFrame},
		{name: "ten pings in pieces of one", send: ten, want: pongs, chop: 1},
	}...))
}

// RFC 6455, section 5.2, on reserved bits: "If a nonzero value is received and
// none of the negotiated extensions defines the meaning of such a nonzero
// value, the receiving endpoint MUST _Fail the WebSocket Connection_."
func TestReservedBits(t *testing.T) {
	var scripts []script
	for bits := byte(1); bits < 8; bits++ {
		for _, f := range []frame{
			{textFrame, "Hello"}, {binaryFrame, "Hello"}, {textPart, "Hello"}, {pingFrame, "Hello"}, {pongFrame, ""}, {closeFrame, code(1000, "")},
		} {
			bad := frame{f.head | bits<<4, f.payload}
			scripts = append(scripts,
				script{name: fmt.Sprintf("bits %03b of frame %#x", bits, f.head), send: []frame{bad}, fail: 1002})
			if f.head != textFrame {
				continue
			}
			for how, chop := range map[string]int{"at once": 0, "frame by frame": perFrame, "in pieces of one": 1} {
				scripts = append(scripts, script{
					name: fmt.Sprintf("bits %03b after a message, before a ping, %s", bits, how),
					send: []frame{{textFrame, "first"}, bad, {pingFrame, ""}}, want: []frame{{textFrame, "first"}}, fail: 1002, chop: chop,
				})
			}
		}
	}
	runAll(t, scripts)
}

// RFC 6455, section 5.2: "If an unknown opcode is received, the receiving
// endpoint MUST _Fail the WebSocket Connection_."
func TestOpcodes(t *testing.T) {
	var scripts []script
	for _, op := range []byte{3, 4, 5, 6, 7, 11, 12, 13, 14, 15} {
		for _, payload := range []string{"", "reserved opcode"} {
			name := fmt.Sprintf("opcode %d with %d bytes", op, len(payload))
			bad := frame{0x80 | op, payload}
			after := []frame{{textFrame, "first"}, bad, {pingFrame, ""}}
			echoed := []frame{{textFrame, "first"}}
			scripts = append(scripts,
				script{name: name, send: []frame{bad}, fail: 1002},
				script{name: name + " without FIN", send: []frame{{op, payload}}, fail: 1002},
				script{name: name + " after a message", send: after, want: echoed, fail: 1002},
				script{name: name + " after a message, frame by frame", send: after, want: echoed, fail: 1002, chop: perFrame},
				script{name: name + " after a message, in pieces of one", send: after, want: echoed, fail: 1002, chop: 1})
		}
	}
	runAll(t, scripts)
}
