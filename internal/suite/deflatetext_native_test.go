//go:build !js

package suite

import (
	"fmt"
	"strings"
	"testing"
)

// compressedPart and storedPart are text as the payload of a message that is
// not over: by a compressor that has been flushed, and byte by byte as it is.
func compressedPart(t *testing.T, text string) string {
	return newCodec(t, 15, 15, false, false).pack(text)
}

func storedPart(text string) string {
	n := len(text) + 1000 // the block has more to come
	return string([]byte{0, byte(n), byte(n >> 8), ^byte(n), ^byte(n >> 8)}) + text
}

// Compressed text is text: RFC 7692, section 6.2 has the receiver decompress
// "the payload", and RFC 6455, section 8.1 asks of what it then interprets as
// UTF-8 what it asks of other text. Nothing is sent after the byte that
// decides.
func TestCompressedInvalidTextFailsFast(t *testing.T) {
	for _, bad := range []string{"\xf4\x90", "\xed\xa0", "\xff", "\xc0", "\xe0\x9f", "\xf0\x8f", "\x80", "\xe1\xbda"} {
		t.Run(fmt.Sprintf("%q", bad), func(t *testing.T) {
			bothRoles(t, func(t *testing.T, r role) {
				for name, frames := range compressedFailFast(t, bad) {
					t.Run(name, func(t *testing.T) {
						peer := r.open(t, setup{extensions: "permessage-deflate"})
						peer.send(frames, 0)()
						peer.wantFailure(1007)
					})
				}
			})
		})
	}
}

func compressedFailFast(t *testing.T, bad string) map[string][]frame {
	return map[string][]frame{
		"in one frame that others follow":    {{textPart | rsv1, compressedPart(t, greek+bad)}},
		"in a stored block that goes on":     {{textPart | rsv1, storedPart(greek + bad)}},
		"with each byte in its own frame":    open(cut(textFrame|rsv1, storedPart(greek+bad), 1, true)),
		"compressed, each byte in its frame": open(cut(textFrame|rsv1, compressedPart(t, mixed+greek+bad), 1, true)),
		"behind 64 KiB":                      {{textPart | rsv1, compressedPart(t, strings.Repeat("κ", 1<<15)+bad)}},
		"with an empty frame before":         {{textPart | rsv1, storedPart(greek)}, {contPart, ""}, {contPart, bad}},
	}
}

// open makes the last frame one that others follow.
func open(frames []frame) []frame {
	frames[len(frames)-1].head &^= 0x80
	return frames
}

// Valid text is cut anywhere, inside a character and inside the code of one.
func TestCompressedTextInFrames(t *testing.T) {
	bothRoles(t, func(t *testing.T, r role) {
		for _, text := range []string{"", greek, mixed, strings.Repeat(mixed, 100)} {
			for _, size := range []int{1, 2, 7, 100} {
				t.Run(fmt.Sprintf("%.20q of %d bytes in frames of %d", text, len(text), size), func(t *testing.T) {
					peer, c := r.open(t, setup{extensions: "permessage-deflate"}), newCodec(t, 15, 15, false, false)
					for range 3 {
						peer.exchange(c, textFrame, text, size)
					}
					peer.goodbye()
				})
			}
		}
	})
}

// Text that ends inside a character fails when it ends, whatever ends it.
func TestCompressedUnfinishedText(t *testing.T) {
	bothRoles(t, func(t *testing.T, r role) {
		for _, text := range unfinishedText {
			for _, size := range []int{1, 1000} {
				t.Run(fmt.Sprintf("%q in frames of %d", text, size), func(t *testing.T) {
					peer := r.open(t, setup{extensions: "permessage-deflate"})
					frames := cut(textFrame|rsv1, compressedPart(t, text), size, true)
					peer.send(append(open(frames), frame{contFrame, ""}), 0)()
					peer.wantFailure(1007)
				})
			}
		}
	})
}
