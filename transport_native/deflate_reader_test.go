package native

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/rfc7692"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// deflated is s as the payload of a compressed message.
func deflated(s string) string {
	packed, _ := rfc7692.NewDeflater(true, 0).Deflate(nil, []byte(s))
	return string(packed)
}

// stored is s, at most 255 bytes, as a payload in which each byte of s is one
// byte.
func stored(s string) string {
	n := byte(len(s))
	return string([]byte{0, n, 0, ^n, 0xff}) + s + "\x00"
}

// fragmented is a compressed message in frames of size bytes, with a ping
// behind each of them but the last, which is empty.
func fragmented(op rfc6455.Opcode, payload string, size int) (out []byte) {
	for begin := 0; begin < len(payload); begin += size {
		piece := payload[begin:min(begin+size, len(payload))]
		h := rfc6455.Header{Opcode: op, RSV1: op != rfc6455.OpContinuation, Length: int64(len(piece))}
		out = append(rfc6455.AppendHeader(out, h), piece...)
		out = append(out, ping("p")...)
		op = rfc6455.OpContinuation
	}
	return append(out, frame(rfc6455.OpContinuation, true, "")...)
}

// compressedStreams are streams of compressed messages, in order and not.
func compressedStreams() (list [][]byte) {
	for _, s := range []string{"", "Hello", strings.Repeat("κόσμε ", 300), "ab\xed\xa0\x80cd", "cut short \xe2\x82"} {
		for _, payload := range []string{deflated(s), stored(s[:min(len(s), 255)])} {
			list = append(list, fragmented(rfc6455.OpText, payload, 3), join(
				fragmented(rfc6455.OpBinary, payload, 40), text("plain"), fragmented(rfc6455.OpText, payload, len(payload))))
		}
	}
	list = append(list, fragmented(rfc6455.OpText, "\x00\x05\x00\xfa\xffHell\xff\x06", 2), fragmented(rfc6455.OpText, "a\x06", 1))
	return append(list, fragmented(rfc6455.OpText, deflated("\xff"+strings.Repeat("x", 1<<17)), 9),
		fragmented(rfc6455.OpBinary, deflated(strings.Repeat("x", 1<<17)), 9))
}

// RFC 6455, section 8.1, and RFC 7692, section 7.2.2: what is inflated is text
// like any other, cut anywhere, before the message ends.
func TestCompressedTextFailsAtTheFirstImpossibleByte(t *testing.T) {
	for name, test := range map[string]struct{ valid, bad string }{
		"a byte that never occurs":         {"κόσμε", "\xff"},
		"a continuation byte alone":        {"a", "\x80"},
		"a surrogate":                      {"κόσμε\xed", "\xa0"},
		"a shorter form exists":            {"\xe0", "\x80"},
		"beyond the last code point":       {"\xf4", "\x90"},
		"a character that does not end":    {"\xce\xba\xe1\xbd", "a"},
		"far behind":                       {strings.Repeat("κ", 30), "\xc0"},
		"after an empty character's worth": {"\x00", "\xfe"},
	} {
		t.Run(name, func(t *testing.T) {
			payload := stored(test.valid + test.bad + strings.Repeat("x", 20))
			want := 5 + len(test.valid) + 1 // bytes of payload up to the bad one
			for size := 1; size < 12; size++ {
				stream := fragmented(rfc6455.OpText, payload, size)
				assert.Equal(t, want, payloadRead(stream, size), "in frames of %d", size)
			}
			assert.Equal(t, want, payloadRead(fragmented(rfc6455.OpText, payload, len(payload)), len(payload)))
		})
	}
}

// payloadRead gives stream to a reader byte by byte until it fails with 1007,
// and returns how much of the payload, in frames of size, it has been given.
func payloadRead(stream []byte, size int) (n int) {
	for i := range stream {
		out, _ := readAll(&chunkReader{data: stream[:i+1], err: io.EOF}, true, none)
		if strings.Contains(out.err, "not UTF-8") {
			frames := i / (2 + size + 3) // header, payload and a ping
			return frames*size + i%(2+size+3) - 1
		}
	}
	return -1
}

// A message that never ends is refused all the same.
func TestCompressedTextThatNeverEnds(t *testing.T) {
	begun := fragmented(rfc6455.OpText, stored("ab\xff"+strings.Repeat("c", 200)), 10)[:15]
	rd := reader{nc: &chunkReader{data: begun, err: errStalled}, rx: rfc6455.Receiver{Deflate: true}, inflater: rfc7692.NewInflater(false, 0)}
	_, err := rd.next(nil)
	var violation *rfc6455.Error
	require.ErrorAs(t, err, &violation)
	assert.EqualValues(t, 1007, violation.Code)
}

var errStalled = errors.New("nothing more comes")

// A message that is too long once inflated is refused when it is, and not when
// it ends.
func TestCompressedMessageTooBigBeforeItsEnd(t *testing.T) {
	begun := fragmented(rfc6455.OpBinary, deflated(strings.Repeat("x", 1<<20)), 30)
	rd := reader{nc: &chunkReader{data: begun[:len(begun)/2], err: errStalled}, rx: rfc6455.Receiver{Deflate: true},
		inflater: rfc7692.NewInflater(false, 0), limit: 1000}
	var err error
	for err = errControl; err == errControl; {
		_, err = rd.next(nil)
	}
	var big *rfc7692.TooBigError
	require.ErrorAs(t, err, &big)
	assert.LessOrEqual(t, cap(rd.msg), 1000)
}

// A compressed message goes into the caller's buffer as it arrives, and is
// taken out of it when Receive gives up in the middle.
func TestCompressedMessageAndTheCallersBuffer(t *testing.T) {
	want := strings.Repeat("0123456789", 30)
	stream := join(frame(rfc6455.OpText, true, ""), fragmented(rfc6455.OpText, stored(want[:250]), 250))
	for _, room := range []int{0, 100, 250, 400} {
		cuts := []byte{2, 100, 0, 255}
		rd := reader{nc: &chunkReader{data: stream, cuts: cuts, err: io.EOF}, rx: rfc6455.Receiver{Deflate: true}, inflater: rfc7692.NewInflater(false, 0)}
		_, err := rd.next(nil)
		require.NoError(t, err)
		first, second := make([]byte, room), make([]byte, room)
		_, err = rd.next(first)
		require.True(t, isTimeout(err))
		scribble(first)
		var m transport.Message
		for err = errControl; err == errControl || isTimeout(err); {
			m, err = rd.next(second)
		}
		require.NoError(t, err)
		assert.Equal(t, want[:250], string(m.Data))
		assert.Equal(t, room >= 250, room > 0 && &m.Data[0] == &second[0], "in the caller's buffer if it fits")
	}
}
