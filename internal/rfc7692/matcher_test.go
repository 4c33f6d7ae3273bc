package rfc7692

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// search tokenizes p[start:] and returns what the tokens stand for after
// p[:start].
func search(t *testing.T, m *matcher, p []byte, start int) (tokens []token, out []byte) {
	t.Helper()
	var b block
	b.reset()
	m.tokenize(&b, p, start)
	out = bytes.Clone(p[:start])
	for _, tok := range b.tokens {
		if !tok.isMatch() {
			out = append(out, byte(tok))
			continue
		}
		require.LessOrEqual(t, int(tok.distance())+1, min(m.window, len(out)))
		out = append(out, make([]byte, tok.length()+minMatch)...)
		for i := len(out) - int(tok.length()) - minMatch; i < len(out); i++ {
			out[i] = out[i-int(tok.distance())-1]
		}
	}
	return b.tokens, out
}

func TestTokensStandForTheText(t *testing.T) {
	for name, kind := range kinds {
		for _, window := range []int{256, 1 << 14} {
			for _, n := range []int{0, 1, 3, 4, 5, 100, 5000, 40000} {
				for _, start := range []int{0, 1, 3, 4, n / 2, n} {
					t.Run(fmt.Sprintf("%s, window %d, %d of %d bytes", name, window, n-min(n, start), n), func(t *testing.T) {
						p := kind(n)
						var m matcher
						m.restart(n, window)
						_, out := search(t, &m, p, min(start, n))
						assert.True(t, bytes.Equal(p, out))
					})
				}
			}
		}
	}
}

func TestMatches(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []token // from the first match on
	}{
		"a repetition":           {"abcdefabcdef", []token{makeMatch(6, 6)}},
		"of less than four":      {"abcxabcy", nil},
		"of itself":              {"aaaaaaaa", []token{makeMatch(7, 1)}},
		"the nearer of two":      {"abcd1abcd2abcd", []token{makeMatch(4, 5), '2', makeMatch(4, 5)}},
		"the longer of two":      {"abcde1abcd2abcde", []token{makeMatch(4, 6), '2', makeMatch(5, 11)}},
		"the next byte's longer": {"abcd1bcdefghi2abcdefghi", []token{makeMatch(8, 10)}},
	} {
		t.Run(name, func(t *testing.T) {
			var m matcher
			m.restart(len(test.text), 256)
			tokens, _ := search(t, &m, []byte(test.text), 0)
			for len(tokens) > 0 && !tokens[0].isMatch() {
				tokens = tokens[1:]
			}
			if len(tokens) == 0 {
				tokens = nil
			}
			assert.Equal(t, test.want, tokens)
		})
	}
}

// A match of four bytes costs some 24 bits where it is far away, which the
// literals do not cost more than.
func TestShortMatchesAreNearOnes(t *testing.T) {
	for distance, want := range map[int]bool{nearMatch: true, nearMatch + 1: false} {
		p := append([]byte("abcd"), make([]byte, distance)...)
		copy(p[distance:], "abcd")
		var m matcher
		m.restart(len(p), 1<<14)
		tokens, _ := search(t, &m, p, 0)
		assert.Equal(t, want, tokens[len(tokens)-1].isMatch(), "distance %d", distance)
	}
}

// What is remembered in short tables is found in the longer ones too.
func TestReserveEntersAgain(t *testing.T) {
	m := matcher{window: 1 << 14}
	first, second := random(200, 1), random(200, 2)
	m.reserve(len(first), nil)
	search(t, &m, first, 0)
	short := len(m.prev)

	m.reserve(5000, first)
	require.Greater(t, len(m.prev), short)
	p := append(append(bytes.Clone(first), second...), first...)
	tokens, out := search(t, &m, p, len(first))
	assert.True(t, bytes.Equal(p, out))
	assert.Equal(t, makeMatch(200, 400), tokens[len(tokens)-1])

	prev := &m.prev[0]
	m.reserve(5000, p)
	assert.Same(t, prev, &m.prev[0], "long enough already")
}

// Where nothing matches for long, bytes are skipped, but not lost for a match.
func TestMatchesBeginWhereTheyCan(t *testing.T) {
	text := random(1000, 1)
	for gap := range 200 {
		p := append(append(bytes.Clone(text), random(1000+gap, 2)...), text[:100]...)
		var m matcher
		m.restart(len(p), 1<<14)
		tokens, out := search(t, &m, p, 0)
		require.True(t, bytes.Equal(p, out))
		require.Equal(t, makeMatch(100, 2000+gap), tokens[len(tokens)-1])
	}
}

// Positions are truncated to 16 bits, and a table may hold one from so long ago
// that it looks like a near one.
func TestPositionsWrap(t *testing.T) {
	m := matcher{window: 256}
	m.reserve(256, nil)
	for i := range 3000 {
		p := append(random(99, byte(i)), "the same again"...)
		_, out := search(t, &m, p, 0) // as if the history had been lost
		require.True(t, bytes.Equal(p, out))
	}
}

func TestMatchLen(t *testing.T) {
	p := append(random(300, 1), random(300, 1)...)
	for _, same := range []int{0, 1, 7, 8, 9, 15, 16, 100, 299} {
		q := bytes.Clone(p)
		q[300+same]++
		for _, most := range []int{0, 1, 7, 8, 9, 258} {
			assert.Equal(t, min(same, most), matchLen(q, 0, 300, most))
		}
	}
}
