//go:build !js

package suite

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A traffic is what cases 12 and 13 send: messages of one size, whole or in
// frames, each when the one before has come back.
type traffic struct{ size, fragment int }

func (s traffic) String() string {
	if s.fragment == 0 {
		return fmt.Sprintf("%d bytes", s.size)
	}
	return fmt.Sprintf("%d bytes in frames of %d", s.size, s.fragment)
}

// traffics are those of the suite.
var traffics = []traffic{
	{16, 0}, {64, 0}, {256, 0}, {kib, 0}, {4 * kib, 0}, {8 * kib, 0}, {16 * kib, 0}, {32 * kib, 0}, {64 * kib, 0}, {128 * kib, 0},
	{8 * kib, 256}, {16 * kib, 256}, {32 * kib, 256}, {64 * kib, 256}, {128 * kib, 256}, {128 * kib, kib}, {128 * kib, 4 * kib}, {128 * kib, 32 * kib},
}

// rounds is how many messages are sent: a thousand would take minutes, and
// little is left to happen once the window is full.
func (s traffic) rounds() int { return max(2, min(40, 64*kib/s.size)) }

// corpora are kinds of data: prose, JSON, markup, a picture's long runs, and
// what cannot be compressed. Text is ASCII, so that a cut is no violation.
func corpora() map[string]struct {
	head byte
	data string
} {
	var prose, markup, picture strings.Builder
	var list []map[string]any
	words := strings.Fields("Habe nun ach Philosophie Juristerei und Medizin und leider auch Theologie durchaus studiert mit heissem Fleiss da steh ich nun ich armer Tor")
	for k := range 30_000 {
		prose.WriteString(words[(k*k+k/7)%len(words)] + " ")
		fmt.Fprintf(&markup, "<li class=\"item-%d\"><a href=\"/p/%d\">%s</a></li>\n", k%9, k*37, words[k*11%len(words)])
		picture.WriteString(strings.Repeat(string(rune(k*k%200)), k%97))
		list = append(list, map[string]any{"id": k, "name": words[k*5%len(words)], "price": k * 13 % 9999, "tags": []int{k % 3, k % 5}})
	}
	encoded, _ := json.Marshal(list)
	return map[string]struct {
		head byte
		data string
	}{
		"prose": {binaryFrame, prose.String()}, "JSON": {textFrame, string(encoded)},
		"markup": {textFrame, markup.String()}, "picture": {binaryFrame, picture.String()}, "noise": {binaryFrame, noise(300 * kib)},
	}
}

// at returns size bytes of data, which is longer, from a position that goes
// round.
func at(data string, k, size int) string {
	from := k * size % (len(data) - size)
	return data[from : from+size]
}

// exchange sends one compressed message and requires it back compressed.
func (s *subject) exchange(c *codec, head byte, data string, fragment int) {
	s.t.Helper()
	frames := []frame{{head | rsv1, c.pack(data)}}
	if fragment > 0 {
		frames = cut(head|rsv1, frames[0].payload, fragment, true)
	}
	defer s.send(frames, 0)()
	got, ok := s.read()
	require.True(s.t, ok, "TCP ended")
	require.Equal(s.t, head|rsv1, got.head, "first byte of the echo, payload %.60q", got.payload)
	echoed := c.unpack(got.payload)
	require.True(s.t, data == echoed, "%d bytes came back as %d", len(data), len(echoed))
}

// run is one case of traffic.
func (s traffic) run(peer *subject, c *codec, head byte, data string) {
	peer.t.Helper()
	for k := range s.rounds() {
		peer.exchange(c, head, at(data, k, s.size), s.fragment)
	}
	peer.goodbye()
}

// newCodec is that of the raw end for windows of so many bits each way.
func newCodec(t *testing.T, sendBits, receiveBits int, sendAlone, receiveAlone bool) *codec {
	return &codec{t: t, sendWindow: 1 << sendBits, receiveWindow: 1 << receiveBits, sendAlone: sendAlone, receiveAlone: receiveAlone}
}

// Category 12: the extension without parameters, whatever the data.
func TestCompressedMessages(t *testing.T) {
	all := corpora()
	bothRoles(t, func(t *testing.T, r role) {
		for name, corpus := range all {
			some := traffics
			if name != "JSON" && name != "prose" {
				some = []traffic{{16, 0}, {kib, 0}, {128 * kib, 0}, {16 * kib, 256}}
			}
			for _, s := range some {
				t.Run(name+", "+s.String(), func(t *testing.T) {
					peer := r.open(t, setup{extensions: "permessage-deflate"})
					require.True(t, strings.HasPrefix(peer.agreed, "permessage-deflate"), peer.agreed)
					s.run(peer, newCodec(t, 15, 15, false, false), corpus.head, corpus.data)
				})
			}
		}
	})
}

// A negotiation is one row of category 13. raw is what the raw end says; what
// follows is what holds then, seen from the side under test.
type negotiation struct {
	raw                 string
	setup               setup  // of the client under test
	agreed              string // what the server under test answers
	sendBits, recvBits  int    // of the raw end; 0: 15
	sendAlone, recvOnly bool
}

// The offers to the server under test. RFC 7692, section 7.1: what the server
// compresses is bound by the two parameters server_*, what this end compresses
// by those called client_*.
func serverNegotiations() []negotiation {
	const name = "permessage-deflate"
	rows := []negotiation{
		{raw: name, agreed: name},
		{raw: name + "; client_no_context_takeover; client_max_window_bits", sendAlone: true},
		{raw: name + "; server_no_context_takeover", recvOnly: true},
		{raw: name + "; client_no_context_takeover; client_max_window_bits; server_no_context_takeover", sendAlone: true, recvOnly: true},
		{raw: name + "; client_max_window_bits; server_no_context_takeover; server_max_window_bits=8, " + name + "; server_no_context_takeover, " + name, recvBits: 8, recvOnly: true},
		{raw: "x-unknown, " + name + "; unknown=1, " + name + "; server_max_window_bits=12", recvBits: 12},
	}
	for bits := 8; bits <= 15; bits++ {
		rows = append(rows,
			negotiation{raw: fmt.Sprintf("%s; client_max_window_bits; server_max_window_bits=%d", name, bits), recvBits: bits},
			negotiation{raw: fmt.Sprintf("%s; client_max_window_bits=%d", name, bits), sendBits: bits},
			negotiation{raw: fmt.Sprintf("%s; client_no_context_takeover; client_max_window_bits; server_no_context_takeover; server_max_window_bits=%d", name, bits),
				recvBits: bits, sendAlone: true, recvOnly: true})
	}
	return rows
}

// The answers to the client under test, whose offer has
// client_max_window_bits, and has the parameters server_* where it asks.
func clientNegotiations() []negotiation {
	const name = "permessage-deflate"
	rows := []negotiation{
		{raw: name},
		{raw: name + "; server_no_context_takeover", sendAlone: true},
		{raw: name + "; client_no_context_takeover", recvOnly: true},
		{raw: name + "; server_no_context_takeover; client_no_context_takeover", sendAlone: true, recvOnly: true, setup: setup{noContext: true}},
	}
	for bits := 8; bits <= 15; bits++ {
		rows = append(rows,
			negotiation{raw: fmt.Sprintf("%s; client_max_window_bits=%d", name, bits), recvBits: bits},
			negotiation{raw: fmt.Sprintf("%s; client_no_context_takeover; client_max_window_bits=%d", name, bits), recvBits: bits, recvOnly: true},
			negotiation{raw: fmt.Sprintf("%s; server_max_window_bits=%d", name, bits), sendBits: bits},
			negotiation{raw: fmt.Sprintf("%s; server_max_window_bits=%d; client_max_window_bits=%d", name, bits, bits),
				sendBits: bits, recvBits: bits, setup: setup{window: bits}})
	}
	return rows
}

func orAll(bits int) int {
	if bits == 0 {
		return 15
	}
	return bits
}

// Category 13: the extension's parameters.
func TestCompressionParameters(t *testing.T) {
	corpus := corpora()["JSON"]
	sizes := []traffic{{16, 0}, {4 * kib, 0}, {40 * kib, 256}}
	bothRoles(t, func(t *testing.T, r role) {
		rows := serverNegotiations()
		if r.name == "client" {
			rows = clientNegotiations()
		}
		for _, n := range rows {
			t.Run(n.raw, func(t *testing.T) {
				n.setup.extensions = n.raw
				for _, s := range sizes {
					t.Run(s.String(), func(t *testing.T) {
						peer := r.open(t, n.setup)
						if n.agreed != "" {
							require.Equal(t, n.agreed, peer.agreed)
						}
						require.True(t, strings.HasPrefix(peer.agreed, "permessage-deflate"), peer.agreed)
						s.run(peer, newCodec(t, orAll(n.sendBits), orAll(n.recvBits), n.sendAlone, n.recvOnly), corpus.head, corpus.data)
					})
				}
			})
		}
	})
}

// A thousand messages that nobody waits for one by one, with a window that they
// fill many times over.
func TestManyCompressedMessages(t *testing.T) {
	const n, size = 1000, 400
	data := corpora()["JSON"].data
	bothRoles(t, func(t *testing.T, r role) {
		for _, bits := range []int{9, 15} {
			t.Run(fmt.Sprint(bits), func(t *testing.T) {
				s := setup{extensions: fmt.Sprintf("permessage-deflate; client_max_window_bits; server_max_window_bits=%d", bits)}
				if r.name == "client" {
					s.extensions = fmt.Sprintf("permessage-deflate; client_max_window_bits=%d", bits)
				}
				peer, c := r.open(t, s), newCodec(t, 15, bits, false, false)
				var frames []frame
				for k := range n {
					frames = append(frames, frame{textFrame | rsv1, c.pack(at(data, k, size))})
				}
				defer peer.send(frames, 0)()
				for k := range n {
					got, ok := peer.read()
					require.True(t, ok, "TCP ended after %d", k)
					require.EqualValues(t, textFrame|rsv1, got.head)
					require.Equal(t, at(data, k, size), c.unpack(got.payload))
				}
				peer.goodbye()
			})
		}
	})
}

// RFC 7692, section 7.1.2: a window bounds how far back a reference goes, in
// the message itself too. Noise of the window's length, sent twice, can only
// be compressed by a reference that goes too far.
func TestCompressionStaysInsideTheWindow(t *testing.T) {
	bothRoles(t, func(t *testing.T, r role) {
		for bits := 8; bits <= 14; bits++ {
			t.Run(fmt.Sprint(bits), func(t *testing.T) {
				s := setup{extensions: fmt.Sprintf("permessage-deflate; client_max_window_bits; server_max_window_bits=%d", bits)}
				if r.name == "client" {
					s.extensions = fmt.Sprintf("permessage-deflate; client_max_window_bits=%d", bits)
				}
				peer := r.open(t, s)
				half := noise(1<<bits + 64)
				c := newCodec(t, 15, bits, false, false)
				defer peer.send([]frame{{binaryFrame | rsv1, c.pack(half + half)}}, 0)()
				got, ok := peer.read()
				require.True(t, ok)
				require.Greater(t, len(got.payload), 2*len(half)*98/100, "references beyond the window")
				require.Equal(t, half+half, c.unpack(got.payload))
				peer.goodbye()
			})
		}
	})
}

// RFC 7692, sections 6 and 7.2.3: what is compressed, how it is cut, and how
// the compressor ends a message is the sender's to choose.
func TestCompressedForms(t *testing.T) {
	const hello = "\xf2\x48\xcd\xc9\xc9\x07\x00" // section 7.2.3.1
	forms := map[string][]frame{
		"one frame":                     {{textFrame | rsv1, hello}},
		"two frames":                    {{textPart | rsv1, hello[:3]}, {contFrame, hello[3:]}},
		"a ping in between":             {{textPart | rsv1, hello[:3]}, {pongFrame, "p"}, {contFrame, hello[3:]}},
		"an empty first and last frame": {{textPart | rsv1, ""}, {contPart, hello}, {contFrame, ""}},
		"a frame for each byte":         cut(textFrame|rsv1, hello, 1, false),
		"the context taken over":        {{textFrame | rsv1, hello}, {textFrame | rsv1, "\xf2\x00\x11\x00\x00"}},         // 7.2.3.2
		"a block without compression":   {{textFrame | rsv1, "\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"}},            // 7.2.3.3
		"a block with BFINAL":           {{textFrame | rsv1, "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"}},                        // 7.2.3.4
		"such a block and no more":      {{textFrame | rsv1, "\xf3\x48\xcd\xc9\xc9\x07\x00"}, {textFrame | rsv1, hello}}, // of a sender that knows DEFLATE alone
		"two blocks":                    {{textFrame | rsv1, "\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"}},    // 7.2.3.5
		"not compressed":                {{textFrame, "Hello"}},
		"compressed, not, and again":    {{textFrame | rsv1, hello}, {textFrame, "Hello"}, {textFrame | rsv1, "\xf2\x00\x11\x00\x00"}},
		"not compressed, in frames":     {{textPart, "He"}, {contFrame, "llo"}},
		"compressed in pieces of one":   {{textFrame | rsv1, hello}},
	}
	bothRoles(t, func(t *testing.T, r role) {
		for name, frames := range forms {
			t.Run(name, func(t *testing.T) {
				peer := r.open(t, setup{extensions: "permessage-deflate"})
				chop := 0
				if strings.Contains(name, "pieces") {
					chop = 1
				}
				defer peer.send(frames, chop)()
				c := newCodec(t, 15, 15, false, false)
				for _, f := range frames {
					if f.head&0x80 == 0 || f.head == pongFrame {
						continue
					}
					got, ok := peer.read()
					require.True(t, ok)
					require.EqualValues(t, textFrame|rsv1, got.head, "%.60q", got.payload)
					require.Equal(t, "Hello", c.unpack(got.payload))
				}
				peer.goodbye()
			})
		}
	})
}

// The empty message has a compressed form of one byte (section 7.2.3.6).
func TestCompressedEmptyMessage(t *testing.T) {
	bothRoles(t, func(t *testing.T, r role) {
		peer := r.open(t, setup{extensions: "permessage-deflate"})
		peer.exchange(newCodec(t, 15, 15, false, false), textFrame, "", 0)
		peer.goodbye()
	})
}

// RFC 7692, section 6.1: "An endpoint MUST NOT set the "Per-Message Compressed"
// bit of control frames and non-first fragments of a data message. An endpoint
// receiving such a frame MUST _Fail the WebSocket Connection_." Section 8.1 of
// RFC 6455 is about the text that comes out.
func TestCompressedFrameRules(t *testing.T) {
	const hello = "\xf2\x48\xcd\xc9\xc9\x07\x00"
	packed := func(text string) string { return newCodec(t, 15, 15, false, false).pack(text) }
	bothRoles(t, func(t *testing.T, r role) {
		for _, s := range []script{
			{name: "RSV1 of a ping", send: []frame{{pingFrame | rsv1, hello}}, fail: 1002},
			{name: "RSV1 of a pong", send: []frame{{pongFrame | rsv1, hello}}, fail: 1002},
			{name: "RSV1 of a Close frame", send: []frame{{closeFrame | rsv1, code(1000, "")}}, fail: 1002},
			{name: "RSV1 of a continuation", send: []frame{{textPart | rsv1, hello[:3]}, {contFrame | rsv1, hello[3:]}}, fail: 1002},
			{name: "RSV1 of a continuation of what is not compressed", send: []frame{{textPart, "He"}, {contFrame | rsv1, "llo"}}, fail: 1002},
			{name: "RSV2", send: []frame{{textFrame | rsv1 | 0x20, hello}}, fail: 1002},
			{name: "RSV3", send: []frame{{textFrame | rsv1 | 0x10, hello}}, fail: 1002},
			{name: "text that is not UTF-8", send: []frame{{textFrame | rsv1, packed("a\xed\xa0\x80")}}, fail: 1007},
			{name: "text that ends inside a character", send: []frame{{textFrame | rsv1, packed("a\xe2\x82")}}, fail: 1007},
			{name: "no deflate data", send: []frame{{binaryFrame | rsv1, "\xff\xff\xff\xff"}}, fail: 1007},
			{name: "a reference to before the beginning", send: []frame{{binaryFrame | rsv1, "\xf2\x00\x11\x00\x00"}}, fail: 1007},
		} {
			t.Run(s.name, func(t *testing.T) { s.run(r.open(t, setup{extensions: "permessage-deflate"})) })
		}
	})
}
