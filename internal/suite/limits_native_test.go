//go:build !js

package suite

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

const kib, mib = 1 << 10, 1 << 20

// noise is binary data, the same in each run.
func noise(n int) string {
	p := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{9}).Read(p)
	return string(p)
}

// Messages of the sizes that the suite measures, up to 16 MiB.
func TestLargeMessages(t *testing.T) {
	var scripts []script
	for _, size := range []int{64 * kib, 256 * kib, mib, 4 * mib, 8 * mib, 16 * mib} {
		for head, data := range map[byte]string{textFrame: strings.Repeat("µ*", size/3) + stars(size%3), binaryFrame: noise(size)} {
			f := []frame{{head, data}}
			scripts = append(scripts, script{name: fmt.Sprintf("frame %#x of %d bytes", head, len(data)), send: f, want: f})
		}
	}
	runAll(t, scripts)
}

// One message in very many frames, of which the last is empty: that is one
// more than a sender needs, and some send it.
func TestLargeMessagesInFrames(t *testing.T) {
	var scripts []script
	for _, head := range []byte{textFrame, binaryFrame} {
		whole := []frame{{head, stars(4 * mib)}}
		for _, size := range []int{64, 256, kib, 4 * kib, 16 * kib, 64 * kib, 256 * kib, mib, 4 * mib} {
			scripts = append(scripts, script{name: fmt.Sprintf("frame %#x, 4 MiB in frames of %d and an empty one", head, size),
				send: cut(head, whole[0].payload, size, true), want: whole})
		}
	}
	runAll(t, scripts)
}

// One frame that arrives in small pieces.
func TestLargeMessagesInPieces(t *testing.T) {
	var scripts []script
	for _, head := range []byte{textFrame, binaryFrame} {
		whole := []frame{{head, stars(mib)}}
		for _, chop := range []int{128, 256, 512, kib, 2 * kib} {
			scripts = append(scripts, script{name: fmt.Sprintf("frame %#x, 1 MiB in pieces of %d", head, chop), send: whole, want: whole, chop: chop})
		}
	}
	runAll(t, scripts)
}

// A thousand messages that nobody waits for one by one come back in order.
func TestManyMessages(t *testing.T) {
	var scripts []script
	for _, head := range []byte{textFrame, binaryFrame} {
		for _, size := range []int{0, 16, 64, 256, kib, 4 * kib, 16 * kib} {
			var all []frame
			for k := range 1000 {
				number := fmt.Sprint(k)
				all = append(all, frame{head, (number + stars(size))[:size]})
			}
			scripts = append(scripts, script{name: fmt.Sprintf("frame %#x, 1000 of %d bytes", head, size), send: all, want: all})
		}
	}
	runAll(t, scripts)
}
