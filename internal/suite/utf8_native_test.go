//go:build !js

package suite

import (
	"fmt"
	"strings"
	"testing"
)

// The word that the cases cut, and text around it: two, three and four bytes a
// character.
const greek, mixed = "κόσμε", "Hello-µ@ßöäüàá-UTF-8!!𝄞"

// perCharacter and perByte cut text into frames.
func perCharacter(text string) []frame {
	var frames []frame
	for _, r := range text {
		frames = append(frames, frame{contPart, string(r)})
	}
	frames[0].head, frames[len(frames)-1].head = textPart, contFrame
	return frames
}

func perByte(text string) []frame { return cut(textFrame, text, 1, false) }

// RFC 6455, section 5.6: "Note that a particular text frame might include a
// partial UTF-8 sequence; however, the whole message MUST contain valid UTF-8."
func TestTextInFrames(t *testing.T) {
	whole := []frame{{textFrame, mixed}}
	runAll(t, everyWay(
		script{name: "no text", send: []frame{{textFrame, ""}}, want: []frame{{textFrame, ""}}},
		script{name: "three empty frames", send: []frame{{textPart, ""}, {contPart, ""}, {contFrame, ""}}, want: []frame{{textFrame, ""}}},
		script{name: "one frame", send: whole, want: whole},
		script{name: "cut between characters", send: cut(textFrame, mixed, len("Hello-µ@ßöä"), false), want: whole},
		script{name: "a frame for each character", send: perCharacter(mixed), want: whole},
		script{name: "a frame for each byte", send: perByte(mixed), want: whole},
		script{name: "a ping inside a character", send: []frame{{textPart, "\xce"}, {pingFrame, "\xff"}, {contFrame, "\xba"}},
			want: []frame{{pongFrame, "\xff"}, {textFrame, "κ"}}},
		script{name: "an empty frame inside a character", send: []frame{{textPart, "\xce"}, {contPart, ""}, {contFrame, "\xba"}}, want: []frame{{textFrame, "κ"}}},
	))
}

// validText is from the edges of RFC 3629, section 4.
var validText = []string{
	greek, mixed, "\x00", "\u0080", "\u0800", "\U00010000", "\x7f", "\u07ff", "\uffff", "\U0010ffff",
	"\ud7ff", "\ue000", "\ufffd", "\ufeff", "\ufffe", "\U0001fffe", "\U0001ffff", "\U0010fffe", "\ufdd0", "\ufdef",
	"\u0080\u0800\U00010000\U0010ffff", strings.Repeat("\ue000", 1000), strings.Repeat("a", 4095) + "𝄞",
}

func TestValidText(t *testing.T) {
	var scripts []script
	for _, text := range validText {
		whole := []frame{{textFrame, text}}
		name := fmt.Sprintf("%.24q of %d bytes", text, len(text))
		scripts = append(scripts,
			script{name: name, send: whole, want: whole},
			script{name: name + " in pieces of one", send: whole, want: whole, chop: 1},
			script{name: name + " in frames of one", send: perByte(text), want: whole})
	}
	runAll(t, scripts)
}

// invalidText ends with a byte that cannot be, which the last case of each
// group leaves to the end of the message.
var invalidText = []string{
	// more than RFC 3629 encodes: five and six bytes, and over U+10FFFF
	"\xf8\x88\x80\x80\x80", "\xfc\x84\x80\x80\x80\x80", "\xf7\xbf\xbf\xbf", "\xfb\xbf\xbf\xbf\xbf", "\xfd\xbf\xbf\xbf\xbf\xbf", "\xf4\x90\x80\x80",
	// continuations of nothing
	"\x80", "\xbf", "\x80\xbf", "\x80\xbf\x80", "\x80\xbf\x80\xbf\x80\xbf", "a\x80b",
	// beginnings of nothing
	"\xc3 ", "\xc0 \xc1 \xc2 ", "\xe0 \xe1 \xef ", "\xf0 \xf1 \xf4 ", "\xe2\x82a", "\xf0\x9d\x84a",
	// impossible bytes
	"\xfe", "\xff", "\xfe\xfe\xff\xff", "\xc0", "\xc1", "\xf5", "\xff" + greek,
	// longer than necessary
	"\xc0\xaf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", "\xf8\x80\x80\x80\xaf", "\xfc\x80\x80\x80\x80\xaf",
	"\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xf8\x87\xbf\xbf\xbf", "\xfc\x83\xbf\xbf\xbf\xbf",
	"\xc0\x80", "\xe0\x80\x80", "\xf0\x80\x80\x80", "\xf8\x80\x80\x80\x80", "\xfc\x80\x80\x80\x80\x80",
	// surrogates, alone and in pairs
	"\xed\xa0\x80", "\xed\xad\xbf", "\xed\xae\x80", "\xed\xaf\xbf", "\xed\xb0\x80", "\xed\xbe\x80", "\xed\xbf\xbf",
	"\xed\xa0\x80\xed\xb0\x80", "\xed\xad\xbf\xed\xbf\xbf", "\xed\xaf\xbf\xed\xb0\x80",
	greek + "\xed\xa0\x80edited",
}

// unfinishedText could go on, so that only the end of the message decides.
var unfinishedText = []string{
	"\xce", greek + "\xce", "\xe1\xbd", "\xe0\xa0", "\xf0\x90", "\xf0\x90\x80", "\xf4\x8f\xbf", "\xed\x9f", "\xc3", "\xdf", "\xef\xbf",
}

// RFC 6455, section 8.1: "When an endpoint is to interpret a byte stream as
// UTF-8 but finds that the byte stream is not, in fact, a valid UTF-8 stream,
// that endpoint MUST _Fail the WebSocket Connection_."
func TestInvalidText(t *testing.T) {
	var scripts []script
	for _, text := range append(invalidText, unfinishedText...) {
		name := fmt.Sprintf("%q", text)
		scripts = append(scripts,
			script{name: name, send: []frame{{textFrame, text}}, fail: 1007},
			script{name: name + " in pieces of one", send: []frame{{textFrame, text}}, fail: 1007, chop: 1},
			script{name: name + " in frames of one", send: perByte(text), fail: 1007},
			script{name: name + " after a message", send: []frame{{textFrame, greek}, {textFrame, "a" + text}}, want: []frame{{textFrame, greek}}, fail: 1007})
	}
	runAll(t, scripts)
}

// Bytes that are no text are a binary message like any other.
func TestBinaryIsNotText(t *testing.T) {
	var scripts []script
	for _, text := range invalidText {
		f := []frame{{binaryFrame, text}}
		scripts = append(scripts, script{name: fmt.Sprintf("%q", text), send: f, want: f})
	}
	runAll(t, scripts)
}

// Section 8.1 says "finds": what cannot become right any more fails then and
// there. Nothing is sent after the byte that decides, so that an end that waits
// for the rest of the frame or of the message would wait for ever.
func TestInvalidTextFailsFast(t *testing.T) {
	const tail = "edited and so on"
	for _, bad := range []string{"\xf4\x90", "\xed\xa0", "\xff", "\xc0", "\xe0\x9f", "\xf0\x8f", "\x80", "\xe1\xbda"} {
		t.Run(fmt.Sprintf("%q", bad), func(t *testing.T) {
			bothRoles(t, func(t *testing.T, r role) {
				for name, last := range failFast(bad, tail) {
					t.Run(name, func(t *testing.T) {
						peer := r.open(t, setup{})
						peer.send(last.frames[:len(last.frames)-1], 0)()
						p := peer.encode(last.frames[len(last.frames)-1])
						_, err := peer.conn.Write(p[:len(p)-last.missing])
						if err != nil {
							t.Fatal(err)
						}
						peer.wantFailure(1007)
					})
				}
			})
		})
	}
}

// unfinished is a message of which the last bytes are not sent.
type unfinished struct {
	frames  []frame
	missing int
}

func failFast(bad, tail string) map[string]unfinished {
	return map[string]unfinished{
		"in one frame that goes on":        {[]frame{{textFrame, greek + bad + tail}}, len(tail)},
		"in a frame that others follow":    {[]frame{{textPart, greek}, {contPart, bad}}, 0},
		"in such a frame that goes on":     {[]frame{{textPart, greek}, {contPart, bad + tail}}, len(tail)},
		"with each byte in its own frame":  {perByteOpen(greek + bad), 0},
		"in a frame of 64 KiB and more":    {[]frame{{textFrame, strings.Repeat("a", 5000) + bad + strings.Repeat("b", 65536)}}, 65536},
		"in a frame of which 1 MiB is due": {[]frame{{textPart, greek}, {contPart, bad + stars(1<<20)}}, 1 << 20},
	}
}

// perByteOpen is perByte of a message that is not over.
func perByteOpen(text string) []frame {
	frames := perByte(text)
	frames[len(frames)-1].head = contPart
	return frames
}
