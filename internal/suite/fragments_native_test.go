//go:build !js

package suite

import (
	"fmt"
	"slices"
	"testing"
)

// Each case of fragmentation is sent in these ways.
var ways = map[string]int{"at once": 0, "frame by frame": perFrame, "in pieces of one": 1}

// everyWay makes three scripts of one.
func everyWay(scripts ...script) []script {
	var all []script
	for _, s := range scripts {
		for how, chop := range ways {
			s := s
			s.name, s.chop = s.name+", "+how, chop
			all = append(all, s)
		}
	}
	return all
}

// RFC 6455, section 5.4: "Control frames [...] MAY be injected in the middle of
// a fragmented message. Control frames themselves MUST NOT be fragmented." and
// "The fragments of one message MUST NOT be interleaved between the fragments
// of another message".
func TestFragmentation(t *testing.T) {
	joined := []frame{{textFrame, "fragment1fragment2"}}
	runAll(t, everyWay(
		script{name: "a ping in two frames", send: []frame{{0x09, "fragment1"}, {contFrame, "fragment2"}}, fail: 1002},
		script{name: "a pong in two frames", send: []frame{{0x0a, "fragment1"}, {contFrame, "fragment2"}}, fail: 1002},
		script{name: "a Close frame in two frames", send: []frame{{0x08, code(1000, "")}, {contFrame, "fragment2"}}, fail: 1002},
		script{name: "text in two frames", send: []frame{{textPart, "fragment1"}, {contFrame, "fragment2"}}, want: joined},
		script{name: "binary in two frames", send: []frame{{binaryPart, "\xff1"}, {contFrame, "2"}}, want: []frame{{binaryFrame, "\xff12"}}},
		script{name: "a ping between two frames", send: []frame{{textPart, "fragment1"}, {pingFrame, "ping"}, {contFrame, "fragment2"}},
			want: []frame{{pongFrame, "ping"}, joined[0]}},
		script{name: "a pong between two frames", send: []frame{{textPart, "fragment1"}, {pongFrame, "pong"}, {contFrame, "fragment2"}}, want: joined},
		script{name: "empty frames around the text", send: []frame{{textPart, ""}, {contPart, "a"}, {contPart, ""}, {contFrame, ""}}, want: []frame{{textFrame, "a"}}},
		script{name: "a continuation of nothing", send: []frame{{contFrame, "no message"}, {textFrame, "Hello"}}, fail: 1002},
		script{name: "a continuation of nothing without FIN", send: []frame{{contPart, "no message"}, {textFrame, "Hello"}}, fail: 1002},
		script{name: "a continuation after a message in frames", send: []frame{{textPart, "fragment1"}, {contFrame, "fragment2"}, {contPart, "no message"}, {textFrame, "Hello"}},
			want: joined, fail: 1002},
		script{name: "again and again continuations of nothing", send: slices.Repeat([]frame{{contPart, "f1"}, {contPart, "f2"}, {contFrame, "f3"}}, 2), fail: 1002},
		script{name: "text inside of text", send: []frame{{textPart, "fragment1"}, {textFrame, "fragment2"}}, fail: 1002},
		script{name: "the beginning of binary inside of text", send: []frame{{textPart, "fragment1"}, {binaryPart, "fragment2"}}, fail: 1002},
	))
	runAll(t, everyWay(pingsInTheMiddle()))
}

// pingsInTheMiddle has five frames of a message and two pings, which are
// answered before the message is complete.
func pingsInTheMiddle() script {
	return script{name: "pings after the second and the fourth of five frames", send: []frame{
		{textPart, "fragment1"}, {contPart, "fragment2"}, {pingFrame, "ping1"},
		{contPart, "fragment3"}, {contPart, "fragment4"}, {pingFrame, "ping2"}, {contFrame, "fragment5"},
	}, want: []frame{{pongFrame, "ping1"}, {pongFrame, "ping2"}, {textFrame, "fragment1fragment2fragment3fragment4fragment5"}}}
}

// RFC 6455, section 5.5.2: the pong comes "as soon as is practical": it does
// not wait for the rest of the message.
func TestAPingInTheMiddleIsAnsweredAtOnce(t *testing.T) {
	bothRoles(t, func(t *testing.T, r role) {
		peer := r.open(t, setup{})
		peer.send([]frame{{textPart, "fragment1"}, {contPart, "fragment2"}, {pingFrame, "ping1"}}, 0)()
		peer.want(frame{pongFrame, "ping1"})
		peer.send([]frame{{contPart, "fragment3"}, {pingFrame, "ping2"}}, 0)()
		peer.want(frame{pongFrame, "ping2"})
		peer.send([]frame{{contFrame, "fragment4"}}, 0)()
		peer.want(frame{textFrame, "fragment1fragment2fragment3fragment4"})
		peer.goodbye()
	})
}

// cut cuts a message into frames of size bytes. Where the size divides the
// length some senders end with an empty frame, which tail asks for.
func cut(head byte, payload string, size int, tail bool) []frame {
	var frames []frame
	for first := true; len(payload) > size || tail && len(payload) == size; first = false {
		h := byte(contPart)
		if first {
			h = head &^ 0x80
		}
		frames = append(frames, frame{h, payload[:size]})
		payload = payload[size:]
	}
	if len(frames) == 0 {
		return []frame{{head, payload}}
	}
	return append(frames, frame{contFrame, payload})
}

// A message that a peer's library cuts by itself is one message.
func TestAutomaticFragmentation(t *testing.T) {
	var scripts []script
	for _, size := range []int{1, 125, 126, 1300, 65535} {
		for _, tail := range []bool{false, true} {
			scripts = append(scripts, script{
				name: fmt.Sprintf("65536 bytes in frames of %d, empty last frame %v", size, tail),
				send: cut(textFrame, stars(65536), size, tail), want: []frame{{textFrame, stars(65536)}},
			})
		}
	}
	runAll(t, scripts)
}
