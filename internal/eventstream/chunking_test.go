package eventstream

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// run feeds p with chunks and returns what they led to.
func run(p *Parser, chunks ...[]byte) outcome {
	o := outcome{Retry: -1}
	var types Types
	p.Comment = func(text []byte) { o.Comments = append(o.Comments, string(text)) }
	for _, chunk := range chunks {
		parse(p, chunk, 0, func(v *View) { o.Events = append(o.Events, types.Own(v)) })
	}
	o.ID = p.LastEventID()
	if ms, ok := p.Retry(); ok {
		o.Retry = ms
	}
	return o
}

// step cuts body into chunks of n bytes.
func step(body []byte, n int) [][]byte { return slices.Collect(slices.Chunk(body, n)) }

// everyChunking requires that body leads to want whole, byte by byte, and cut
// in two at any place.
func everyChunking(t *testing.T, body string, want outcome) {
	t.Helper()
	b := []byte(body)
	require.Equal(t, want, run(&Parser{}, b), "whole")
	require.Equal(t, want, run(&Parser{}, step(b, 1)...), "byte by byte")
	for i := range b {
		require.Equal(t, want, run(&Parser{}, b[:i], b[i:]), "cut at %d", i)
	}
}

// alphabet holds what the rules treat apart, to make random bodies of.
var alphabet = []string{
	"data", "data:", "data: ", "event:", "event: ", "id:", "id: ", "id", "retry:", "retry: ", ":", " ", "\t",
	"\n", "\n", "\n", "\r", "\r\n", "\n\n", "\r\r", "\r\n\r\n", "\x00", "\uFEFF", "\xEF", "\xBB", "\xBF", "\xF0\x9F",
	"\xE2\x82", "\xED\xA0\x80", "\xC0", "€", "😀", "\u2028", "\u0085", "7", "0x", "message", "open", "x", "Data:x",
}

func randomBody(r *rand.Rand) []byte {
	var b strings.Builder
	for range r.IntN(40) {
		b.WriteString(alphabet[r.IntN(len(alphabet))])
	}
	return []byte(b.String())
}

func TestRandomBodiesInEveryChunkingLeadToWhatTheStandardSays(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for range 2000 {
		body := randomBody(r)
		want := oracle(body, "")
		require.Equal(t, want, run(&Parser{}, body), "%q", body)
		require.Equal(t, want, run(&Parser{}, step(body, 1+r.IntN(5))...), "%q", body)
		if len(body) > 0 {
			cut := r.IntN(len(body))
			require.Equal(t, want, run(&Parser{}, body[:cut], nil, body[cut:]), "%q cut at %d", body, cut)
		}
	}
}

// FuzzAnyChunkingGivesTheSameEvents cuts a body at places that the fuzzer
// chooses and compares with the oracle. With a limit, which the oracle does
// not know, it compares the chunkings with each other.
func FuzzAnyChunkingGivesTheSameEvents(f *testing.F) {
	f.Add([]byte("data: a\n\n"), []byte{1}, uint16(0))
	f.Add([]byte("\xEF\xBB\xBFid: 1\r\nevent: x\r\ndata\r\n\r\n"), []byte{2, 1, 5}, uint16(8))
	f.Add([]byte(":c\rretry: 10\rid\x00: a\rdata: \xF0\x9F\r\r"), []byte{3}, uint16(100))
	r := rand.New(rand.NewPCG(1, 1))
	for range 20 {
		f.Add(randomBody(r), []byte{byte(r.IntN(7)), byte(r.IntN(7))}, uint16(r.IntN(40)))
	}
	f.Fuzz(func(t *testing.T, body, cuts []byte, limit uint16) {
		chunks := cutAt(body, cuts)
		assert.Equal(t, oracle(body, ""), run(&Parser{}, chunks...))

		whole := Parser{MaxEventSize: int64(limit)}
		inChunks := Parser{MaxEventSize: int64(limit)}
		assert.Equal(t, run(&whole, body), run(&inChunks, chunks...))
		assert.Equal(t, whole.Err() == nil, inChunks.Err() == nil)
	})
}

// cutAt cuts body into chunks of the sizes given, over and over.
func cutAt(body, sizes []byte) (chunks [][]byte) {
	for i := 0; len(body) > 0 && len(sizes) > 0; i++ {
		n := min(int(sizes[i%len(sizes)])+1, len(body))
		chunks = append(chunks, body[:n])
		body = body[n:]
	}
	return append(chunks, body)
}
