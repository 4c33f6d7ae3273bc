package rfc6455

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// This file covers the ground of the public conformance suites for WebSocket
// implementations, as far as it lies in this package: framing, pings, reserved
// bits, opcodes, fragmentation, UTF-8, close and limits, each case in both
// roles, whole and in pieces. The cases are written from RFC 6455.

// A frame as a peer sends it. head is the first byte: FIN, RSV and opcode.
type frame struct {
	head    byte
	payload string
}

// The first bytes used below; "part" has no FIN.
const (
	textFrame, binaryFrame, contFrame = 0x81, 0x82, 0x80
	textPart, binaryPart, contPart    = 0x01, 0x02, 0x00
	closeFrame, pingFrame, pongFrame  = 0x88, 0x89, 0x8a
	rsv1, rsv2, rsv3                  = 0x40, 0x20, 0x10
)

// encode writes frames for the endpoint whose role is given: masked for a
// server.
func encode(role Role, frames []frame) []byte {
	var wire []byte
	for i, f := range frames {
		h := Header{
			Fin: f.head&0x80 != 0, RSV1: f.head&rsv1 != 0, RSV2: f.head&rsv2 != 0, RSV3: f.head&rsv3 != 0,
			Opcode: Opcode(f.head & 15), Length: int64(len(f.payload)),
		}
		payload := []byte(f.payload)
		if role == Server {
			h.Masked, h.MaskKey = true, [4]byte{0x37, 0xfa, 0x21, byte(i)}
			slowMask(payload, payload, h.MaskKey, 0)
		}
		wire = append(AppendHeader(wire, h), payload...)
	}
	return wire
}

// A suiteCase sends frames and expects events, then the end: code is that of
// the error to close with, 0 if there is none.
type suiteCase struct {
	name   string
	frames []frame
	events []event
	code   uint16
}

func runSuite(t *testing.T, receiver Receiver, cases []suiteCase) {
	for _, role := range []Role{Client, Server} {
		for _, tt := range cases {
			t.Run(fmt.Sprintf("%s/%s", []string{"client", "server"}[role], tt.name), func(t *testing.T) {
				receiver.Role = role
				s := session{Receiver: receiver}
				wire := encode(role, tt.frames)
				s.feed(wire)
				require.Equal(t, tt.events, s.events)
				requireCode(t, tt.code, s.err)
				requireSameInPieces(t, &s, receiver, wire)
				requireOracleAgrees(t, &s, oracleLike(&s.Receiver), wire)
			})
		}
	}
}

// oracleLike is told what r was.
func oracleLike(r *Receiver) oracle {
	o := oracle{client: r.Role == Client, deflate: r.Deflate, limit: int(r.MaxMessageSize), frames: r.MaxFragments}
	if o.limit == 0 {
		o.limit, o.frames = math.MaxInt, math.MaxInt
	}
	return o
}

// requireCode requires an error that closes with code, or none for 0.
func requireCode(t *testing.T, code uint16, err error) {
	t.Helper()
	if code == 0 {
		require.NoError(t, err)
		return
	}
	if code == 1009 {
		require.ErrorAs(t, err, new(*TooBigError))
		return
	}
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, code, e.Code, err)
}

func got(op Opcode, data string) event { return event{op: op, data: data} }

// events makes a slice, as got is rarely alone.
func events(e ...event) []event { return e }

func TestSuiteFraming(t *testing.T) {
	var cases []suiteCase
	for _, size := range []int{0, 1, 125, 126, 127, 128, 65535, 65536} {
		data := strings.Repeat("*", size)
		cases = append(cases,
			suiteCase{fmt.Sprintf("text of %d bytes", size), []frame{{textFrame, data}}, events(got(OpText, data)), 0},
			suiteCase{fmt.Sprintf("binary of %d bytes", size), []frame{{binaryFrame, data}}, events(got(OpBinary, data)), 0},
		)
	}
	runSuite(t, Receiver{}, cases)
}

// Section 5.5.3: "A Pong frame MAY be sent unsolicited."
func TestSuitePings(t *testing.T) {
	longest := strings.Repeat("\xfe", 125)
	runSuite(t, Receiver{}, []suiteCase{
		{"ping without payload", []frame{{pingFrame, ""}}, events(got(OpPing, "")), 0},
		{"ping with text", []frame{{pingFrame, "Hello"}}, events(got(OpPing, "Hello")), 0},
		{"ping with bytes that are not text", []frame{{pingFrame, "\x00\xff\xfe\xfd"}}, events(got(OpPing, "\x00\xff\xfe\xfd")), 0},
		{"ping of 125 bytes", []frame{{pingFrame, longest}}, events(got(OpPing, longest)), 0},
		{"ping of 126 bytes", []frame{{pingFrame, longest + "\xfe"}}, nil, 1002},
		{"pong of 126 bytes", []frame{{pongFrame, longest + "\xfe"}}, nil, 1002},
		{"unsolicited pong", []frame{{pongFrame, ""}}, events(got(OpPong, "")), 0},
		{"unsolicited pong, then ping", []frame{{pongFrame, "a"}, {pingFrame, "b"}}, events(got(OpPong, "a"), got(OpPing, "b")), 0},
		{"three pings", []frame{{pingFrame, "1"}, {pingFrame, "2"}, {pingFrame, "3"}}, events(got(OpPing, "1"), got(OpPing, "2"), got(OpPing, "3")), 0},
	})
}

func TestSuiteReservedBits(t *testing.T) {
	var cases []suiteCase
	for bits := byte(rsv3); bits <= rsv1|rsv2|rsv3; bits += rsv3 {
		for _, head := range []byte{textFrame, binaryFrame, pingFrame, pongFrame, closeFrame, textPart} {
			cases = append(cases, suiteCase{
				fmt.Sprintf("bits %03b of %#x after a message", bits>>4, head),
				[]frame{{textFrame, "Hello"}, {head | bits, ""}, {pingFrame, ""}}, events(got(OpText, "Hello")), 1002,
			})
		}
	}
	runSuite(t, Receiver{}, cases)
}

func TestSuiteOpcodes(t *testing.T) {
	var cases []suiteCase
	for op := range byte(16) {
		if !Opcode(op).isReserved() {
			continue
		}
		for _, payload := range []string{"", "payload"} {
			cases = append(cases,
				suiteCase{fmt.Sprintf("opcode %d, payload %q", op, payload), []frame{{0x80 | op, payload}, {pingFrame, ""}}, nil, 1002},
				suiteCase{fmt.Sprintf("opcode %d after a message, payload %q", op, payload), []frame{{textFrame, "Hello"}, {0x80 | op, payload}}, events(got(OpText, "Hello")), 1002},
				suiteCase{fmt.Sprintf("opcode %d without FIN, payload %q", op, payload), []frame{{op, payload}, {contFrame, ""}}, nil, 1002},
			)
		}
	}
	runSuite(t, Receiver{}, cases)
}

func TestSuiteFragmentation(t *testing.T) {
	runSuite(t, Receiver{}, []suiteCase{
		{"ping in two fragments", []frame{{0x09, "a"}, {contFrame, "b"}}, nil, 1002},
		{"pong in two fragments", []frame{{0x0a, "a"}, {contFrame, "b"}}, nil, 1002},
		{"text in two fragments", []frame{{textPart, "a"}, {contFrame, "b"}}, events(got(OpText, "ab")), 0},
		{"text in two fragments, a ping between", []frame{{textPart, "a"}, {pingFrame, "p"}, {contFrame, "b"}}, events(got(OpPing, "p"), got(OpText, "ab")), 0},
		{"text in five fragments, pings between", []frame{{textPart, "a"}, {contPart, "b"}, {pingFrame, "1"}, {contPart, "c"}, {contPart, "d"}, {pingFrame, "2"}, {contFrame, "e"}},
			events(got(OpPing, "1"), got(OpPing, "2"), got(OpText, "abcde")), 0},
		{"continuation that nothing precedes, then text", []frame{{contFrame, "x"}, {textFrame, "a"}}, nil, 1002},
		{"unfinished continuation that nothing precedes", []frame{{contPart, "x"}, {textFrame, "a"}}, nil, 1002},
		{"continuation after a message", []frame{{textFrame, "a"}, {contFrame, "x"}}, events(got(OpText, "a")), 1002},
		{"continuation between messages", []frame{{textPart, "a"}, {contFrame, "b"}, {contPart, "x"}, {textFrame, "c"}}, events(got(OpText, "ab")), 1002},
		{"text inside a text message", []frame{{textPart, "a"}, {textFrame, "b"}}, nil, 1002},
		{"fragment of text inside a text message", []frame{{textPart, "a"}, {textPart, "b"}, {contFrame, "c"}}, nil, 1002},
		{"binary inside a text message", []frame{{textPart, "a"}, {binaryFrame, "b"}}, nil, 1002},
		{"empty fragments", []frame{{textPart, ""}, {contPart, ""}, {contFrame, ""}}, events(got(OpText, "")), 0},
		{"empty first and last fragments", []frame{{textPart, ""}, {contPart, "middle"}, {contFrame, ""}}, events(got(OpText, "middle")), 0},
		{"binary in fragments", []frame{{binaryPart, "\x00"}, {contPart, ""}, {contFrame, "\xff"}}, events(got(OpBinary, "\x00\xff")), 0},
	})
}

// The classic sequences whole, in one fragment a byte, and after and before an
// empty fragment.
func TestSuiteUTF8(t *testing.T) {
	var cases []suiteCase
	for _, tt := range texts {
		c := suiteCase{name: tt.name, code: 1007}
		if tt.fails == 0 && !tt.ends {
			c.events, c.code = events(got(OpText, tt.text)), 0
		}
		c.frames = []frame{{textFrame, tt.text}}
		cases = append(cases, c)
		c.name, c.frames = tt.name+" in fragments", []frame{{textPart, ""}}
		for i := range len(tt.text) {
			c.frames = append(c.frames, frame{contPart, tt.text[i : i+1]})
		}
		c.frames = append(c.frames, frame{contFrame, ""})
		cases = append(cases, c)
	}
	runSuite(t, Receiver{}, cases)
}

// The connection fails at the byte that makes the text invalid: neither the
// rest of the frame nor that of the message is waited for.
func TestSuiteUTF8FailsFast(t *testing.T) {
	valid, bad := "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5", "\xf4\x90"
	for _, role := range []Role{Client, Server} {
		for _, frames := range [][]frame{
			{{textPart, valid}, {contPart, bad + "\x80\x80edited"}},
			{{textPart, valid + bad + "\x80\x80edited"}},
			{{textFrame, valid + bad + "\x80\x80edited"}},
		} {
			wire := encode(role, frames)
			s := session{Receiver: Receiver{Role: role}}
			rest := len("\x80\x80edited")
			s.feed(wire[:len(wire)-rest-1])
			require.NoError(t, s.err, "F4 alone may begin a character")
			s.feed(wire[len(wire)-rest-1:][:1])
			requireCode(t, 1007, s.err)
		}
	}
}

func TestSuiteClose(t *testing.T) {
	closed := func(code uint16, reason string) []event { return events(event{op: OpClose, code: code, data: reason}) }
	cases := []suiteCase{
		{"without payload", []frame{{closeFrame, ""}}, closed(1005, ""), 0},
		{"payload of one byte", []frame{{closeFrame, "\x03"}}, nil, 1002},
		{"code alone", []frame{{closeFrame, "\x03\xe8"}}, closed(1000, ""), 0},
		{"code and reason", []frame{{closeFrame, "\x03\xe8bye"}}, closed(1000, "bye"), 0},
		{"longest reason", []frame{{closeFrame, "\x03\xe8" + strings.Repeat("*", 123)}}, closed(1000, strings.Repeat("*", 123)), 0},
		{"payload of 126 bytes", []frame{{closeFrame, "\x03\xe8" + strings.Repeat("*", 124)}}, nil, 1002},
		{"reason that is not UTF-8", []frame{{closeFrame, "\x03\xe8\xce\xba\xed\xa0\x80"}}, nil, 1007},
		{"two", []frame{{closeFrame, "\x03\xe8"}, {closeFrame, "\x03\xe9"}}, closed(1000, ""), 0},
		{"then ping", []frame{{closeFrame, "\x03\xe8"}, {pingFrame, ""}}, closed(1000, ""), 0},
		{"then text", []frame{{closeFrame, "\x03\xe8"}, {textFrame, "late"}}, closed(1000, ""), 0},
		{"then rubbish", []frame{{closeFrame, "\x03\xe8"}, {0xff, "\xff"}}, closed(1000, ""), 0},
		{"inside a message, then its end", []frame{{textPart, "a"}, {closeFrame, "\x03\xe8"}, {contFrame, "b"}}, closed(1000, ""), 0},
		{"after a message", []frame{{textFrame, "a"}, {closeFrame, ""}}, append(events(got(OpText, "a")), closed(1005, "")...), 0},
	}
	for _, tt := range closeCodes {
		c := suiteCase{name: fmt.Sprintf("code %d", tt.last), frames: []frame{{closeFrame, string([]byte{byte(tt.last >> 8), byte(tt.last)})}}, code: 1002}
		if tt.valid {
			c.events, c.code = closed(tt.last, ""), 0
		}
		cases = append(cases, c)
	}
	runSuite(t, Receiver{}, cases)
}

func TestSuiteLimits(t *testing.T) {
	within, over := strings.Repeat("*", 1000), strings.Repeat("*", 1001)
	runSuite(t, Receiver{MaxMessageSize: 1000, MaxFragments: 4}, []suiteCase{
		{"text of the limit", []frame{{textFrame, within}}, events(got(OpText, within)), 0},
		{"text over the limit", []frame{{textFrame, over}}, nil, 1009},
		{"fragments of the limit", []frame{{binaryPart, within[:500]}, {pingFrame, ""}, {contFrame, within[500:]}}, events(got(OpPing, ""), got(OpBinary, within)), 0},
		{"fragments over the limit", []frame{{binaryPart, within}, {contPart, ""}, {contFrame, "*"}}, nil, 1009},
		{"four fragments", []frame{{textPart, ""}, {contPart, ""}, {contPart, ""}, {contFrame, ""}}, events(got(OpText, "")), 0},
		{"five fragments", []frame{{textPart, ""}, {contPart, ""}, {contPart, ""}, {contPart, ""}, {contFrame, ""}}, nil, 1008},
	})
}

// RFC 7692, section 6: RSV1 on the first frame says that the message is
// compressed. This package leaves its payload as it is.
func TestSuiteCompressed(t *testing.T) {
	compressed := func(op Opcode, data string) []event { return events(event{op: op, data: data, compressed: true}) }
	runSuite(t, Receiver{Deflate: true}, []suiteCase{
		{"text", []frame{{textFrame | rsv1, "\xf2\x48\xcd\xc9\xc9\x07\x00"}}, compressed(OpText, "\xf2\x48\xcd\xc9\xc9\x07\x00"), 0},
		{"binary", []frame{{binaryFrame | rsv1, "\xff"}}, compressed(OpBinary, "\xff"), 0},
		{"text in fragments", []frame{{textPart | rsv1, "\xf2\x48"}, {contFrame, "\xcd"}}, compressed(OpText, "\xf2\x48\xcd"), 0},
		{"then not", []frame{{textFrame | rsv1, "\xff"}, {textFrame, "a"}}, append(compressed(OpText, "\xff"), got(OpText, "a")), 0},
		{"then not, and not UTF-8", []frame{{textFrame | rsv1, "\xff"}, {textFrame, "\xff"}}, compressed(OpText, "\xff"), 1007},
		{"RSV1 on the second fragment", []frame{{textPart | rsv1, "\xff"}, {contFrame | rsv1, "\xff"}}, nil, 1002},
		{"RSV1 on the second fragment alone", []frame{{textPart, "a"}, {contFrame | rsv1, "\xff"}}, nil, 1002},
		{"RSV1 on a ping", []frame{{pingFrame | rsv1, ""}}, nil, 1002},
		{"RSV1 on a pong", []frame{{pongFrame | rsv1, ""}}, nil, 1002},
		{"RSV1 on a close", []frame{{closeFrame | rsv1, ""}}, nil, 1002},
		{"RSV2", []frame{{textFrame | rsv1 | rsv2, ""}}, nil, 1002},
		{"RSV3", []frame{{textFrame | rsv1 | rsv3, ""}}, nil, 1002},
	})
}

// Bytes that have crashed or misled other implementations.
func TestSuiteHostileHeaders(t *testing.T) {
	for _, tt := range []struct {
		name string
		role Role
		wire string
		code uint16
	}{
		{"length 2^63", Client, "82 7f 8000000000000000", 1002},
		{"length 2^64-1", Client, "82 7f ffffffffffffffff", 1002},
		{"length 2^63-1, over the limit", Client, "82 7f 7fffffffffffffff", 1009},
		{"length 2^63-1 in a fragment", Client, "02 01 00 80 7f 7fffffffffffffff", 1009},
		{"length 2^60", Server, "82 ff 1000000000000000 00000000", 1009},
		{"close of 2^63-1 bytes", Client, "88 7f 7fffffffffffffff", 1002},
		{"masked frame from a server", Client, "81 85 37fa213d 7f9f4d5158", 1002},
		{"unmasked frame from a client", Server, "81 05 48656c6c6f", 1002},
		{"RSV1 on a ping with deflate", Client, "c9 00", 1002},
		{"all bits set", Server, "ffffffffffffffffffffffffffff", 1002},
		{"HTTP response", Client, "485454502f312e3120343030", 1002},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := Receiver{Role: tt.role, MaxMessageSize: 1 << 20, Deflate: true}
			s := session{Receiver: r}
			s.feed(unhex(t, tt.wire))
			requireCode(t, tt.code, s.err)
			requireSameInPieces(t, &s, r, unhex(t, tt.wire))
		})
	}
}

// Every chunking of whatever bytes leads to the same events and the same
// error, which are those of the oracle, and never to the caller's mistake.
func fuzzReceiver(f *testing.F, role Role) {
	for _, frames := range [][]frame{
		{{textFrame, "Hello"}, {pingFrame, "p"}, {closeFrame, "\x03\xe8bye"}},
		{{textPart, "\xe2"}, {pingFrame, ""}, {contPart, ""}, {contFrame, "\x82\xac"}},
		{{textPart, "a"}, {contFrame, "\xf4\x90"}},
		{{textFrame | rsv1, "\xff"}, {binaryFrame, strings.Repeat("*", 200)}},
		{{binaryPart, "a"}, {contPart, ""}, {contPart, ""}, {contPart, ""}, {contFrame, ""}},
		{{binaryFrame, strings.Repeat("*", 1001)}}, {{contFrame, ""}}, {{closeFrame, "\x03"}}, {{0x83, ""}}, {{textFrame, "\xed\xa0"}},
	} {
		f.Add(encode(role, frames), true)
		f.Add(encode(role, frames), false)
	}
	f.Fuzz(func(t *testing.T, wire []byte, deflate bool) {
		r := Receiver{Role: role, Deflate: deflate, MaxMessageSize: 1000, MaxFragments: 4}
		s := session{Receiver: r}
		s.feed(wire)
		require.NotErrorIs(t, s.err, ErrOrder)
		requireSameInPieces(t, &s, r, wire)
		requireOracleAgrees(t, &s, oracle{client: role == Client, deflate: deflate, limit: 1000, frames: 4}, wire)
	})
}

func FuzzReceiverClient(f *testing.F) { fuzzReceiver(f, Client) }
func FuzzReceiverServer(f *testing.F) { fuzzReceiver(f, Server) }
