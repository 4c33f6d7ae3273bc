package eventstream

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// sameAsOracle requires that bodies, one after the other and each cut in chunks
// of the given sizes, lead to what they lead to alone: each starts afresh (B6)
// but for the last event ID that its predecessors have left (D7) and the
// reconnection time, which is kept until another one is set (C11).
func sameAsOracle(t *testing.T, p *Parser, bodies [][]byte, sizes []byte) {
	t.Helper()
	id, retry := "", int64(-1)
	for i, body := range bodies {
		want := oracle(body, id)
		if want.Retry < 0 {
			want.Retry = retry
		}
		p.Reset()
		require.Equal(t, want, run(p, cutAt(body, sizes)...), "body %d of %q", i, bodies)
		id, retry = want.ID, want.Retry
	}
}

func TestRandomBodiesOneAfterAnotherLeadToWhatTheStandardSays(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for range 500 {
		bodies := make([][]byte, 1+r.IntN(6))
		for i := range bodies {
			bodies[i] = randomBody(r)
			if r.IntN(10) == 0 { // what the buffer grows for
				bodies[i] = append(bodies[i], strings.Repeat("data: x", r.IntN(2000))...)
			}
		}
		sizes := []byte{byte(r.IntN(256)), byte(r.IntN(16)), byte(r.IntN(4))}
		sameAsOracle(t, &Parser{}, bodies, sizes[r.IntN(3):])
	}
}

// What ended the body before, its limit too, makes no difference to the next.
func TestABodyThatWasTooBigLeavesNothingBehind(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for range 500 {
		p := Parser{MaxEventSize: 10}
		run(&p, cutAt([]byte(strings.Repeat(string(randomBody(r)), 3)+strings.Repeat("x", 20)), []byte{byte(r.IntN(40))})...)
		require.Error(t, p.Err())
		p.MaxEventSize = 0
		id, retry := p.LastEventID(), p.retry-1
		body := randomBody(r)
		want := oracle(body, id)
		if want.Retry < 0 {
			want.Retry = retry
		}
		p.Reset()
		require.Equal(t, want, run(&p, body), "%q", body)
	}
}

// FuzzBodiesOneAfterAnother cuts its input into bodies where it finds a 0x1E,
// which the rules do not treat apart.
func FuzzBodiesOneAfterAnother(f *testing.F) {
	f.Add([]byte("id: 1\ndata: a\n\nid: 2\n\x1e\xEF\xBB\xBFdata: b\n\n\x1eid\n\n"), []byte{1})
	f.Add([]byte("retry: 5\rdata: \xE2\x82\x1e\xAC\n\n\x1eretry: x\ndata\n\n"), []byte{3, 1})
	f.Fuzz(func(t *testing.T, input, sizes []byte) {
		sameAsOracle(t, &Parser{}, bytes.Split(input, []byte{0x1E}), sizes)
	})
}
