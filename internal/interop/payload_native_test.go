//go:build !js

package interop

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/require"
)

// largest is the size of the largest message.
const largest = 16 << 20

// sizes lie on both sides of where RFC 6455, section 5.2, changes the encoding
// of a length.
var sizes = []int{0, 1, 125, 126, 127, 65535, 65536, 1 << 20, largest}

// A payload is a message by its type and size.
type payload struct {
	kind string // "text" or "binary"
	size int
}

// payloads are those of both types up to size limit.
func payloads(limit int) (list []payload) {
	for _, size := range sizes {
		if size <= limit {
			list = append(list, payload{"text", size}, payload{"binary", size})
		}
	}
	return list
}

// sample is for those who do not look into messages: the largest, and those on
// both sides of where the encoding of a length changes.
func sample() []payload { return append(payloads(65536), payload{"binary", largest}) }

// String is how rows name a payload.
func (p payload) String() string { return p.kind + " " + strconv.Itoa(p.size) }

// file is the name by which foreign clients know it.
func (p payload) file() string { return p.kind + "-" + strconv.Itoa(p.size) }

// message is made once: a payload must not be changed.
func (p payload) message() client.Message {
	if p.kind == "binary" {
		return client.Binary(binary()[:p.size])
	}
	made, ok := texts.Load(p.size)
	if !ok {
		// A character that is cut in two becomes dots.
		s := strings.ToValidUTF8(string(text()[:p.size]), ".")
		made, _ = texts.LoadOrStore(p.size, []byte(s+strings.Repeat(".", p.size-len(s))))
	}
	return client.Message{Type: client.TextMessage, Data: made.([]byte)}
}

// texts are the texts of payloads by their size.
var texts sync.Map

// words are as long in UTF-8 as characters can be.
var words = strings.Fields(`{"temperature": "Ångström": [null, 日本語, true] 𝄞 😀 0 3.14159 -273 }, \u0000`)

// text repeats itself at all distances, so that compressors find matches
// inside and outside of any window. One MiB is enough of it, then it begins
// again.
var text = sync.OnceValue(func() []byte {
	random := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for b.Len() < 1<<20 {
		b.WriteString(words[random.IntN(len(words))] + " ")
		if random.IntN(8) == 0 {
			b.WriteString(strconv.Itoa(random.IntN(1e6)) + "\n")
		}
	}
	return bytes.Repeat([]byte(b.String()), largest>>20)
})

// binary is noise, which cannot be compressed, and pieces of what came up to
// 64 KiB before, twice the largest window.
var binary = sync.OnceValue(func() []byte {
	random := rand.New(rand.NewPCG(3, 4))
	var b []byte
	for len(b) < 1<<20 {
		from, n := len(b)-random.IntN(64<<10), random.IntN(1<<10)
		if from >= 0 && random.IntN(2) == 0 {
			b = append(b, b[from:min(from+n, len(b))]...)
			continue
		}
		for range n {
			b = append(b, byte(random.Uint32()))
		}
	}
	return bytes.Repeat(b, largest>>20)
})

// payloadFolder makes files of all payloads, for peers that compare by
// themselves.
func payloadFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, p := range payloads(largest) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, p.file()), p.message().Data, 0o600))
	}
	return dir
}
