package lean

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestQuote(t *testing.T) {
	for in, want := range map[string]string{
		"":                   `""`,
		"plain text":         `"plain text"`,
		`say "\"`:            `"say \"\\\""`,
		"a\nb\x00\x1b\x7f":   `"a\nb\x00\x1b\x7f"`,
		"försent 世界 🐸":       `"försent 世界 🐸"`,
		"\xff\xe2\x82":       `"\xff\xe2\x82"`,
		"\uFFFD":             "\"\uFFFD\"",
		"\u0085\u202e\ufeff": `"\u0085\u202e\ufeff"`,
		"\u200b\u2028\u2066": `"\u200b\u2028\u2066"`,
	} {
		assert.Equal(t, want, Quote(in))
	}
}

// What comes out is one line of a Go string literal with the same value.
func FuzzQuote(f *testing.F) {
	for _, seed := range []string{"", "a\"\\\n", "\xff\u202e🐸", "\xed\xa0\x80"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := strconv.Unquote(Quote(s))
		require.NoError(t, err)
		assert.Equal(t, s, got)
	})
}
