package eventstream

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// B3: the tables of the Unicode standard, section 3.9 (3-8 to 3-11), and the
// edges of every range of table 3-7.
func TestB3OneReplacementForEachMaximalSubpart(t *testing.T) {
	const r = "\uFFFD"
	for name, tc := range map[string]struct{ in, want string }{
		"table 3-8, overlong":                {"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82A", r + r + r + r + r + r + r + r + "A"},
		"table 3-9, surrogates":              {"\xED\xA0\x80\xED\xBF\xBF\xED\xAFA", r + r + r + r + r + r + r + r + "A"},
		"table 3-10, other":                  {"\xF4\x91\x92\x93\xFFA\x80\xBFB", r + r + r + r + r + "A" + r + r + "B"},
		"table 3-11, truncated":              {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBFA", r + r + r + r + "A"},
		"a continuation byte alone":          {"\x80", r},
		"bytes that never occur":             {"\xC0\xC1\xF5\xFE\xFF", r + r + r + r + r},
		"two of three bytes at the end":      {"\xE2\x82", r},
		"three of four bytes at the end":     {"\xF0\x9F\x98", r},
		"a lead byte before another":         {"\xF0\x9F\xF0\x9F\x98\x80", r + "😀"},
		"a sequence that ASCII interrupts":   {"\xF0\x9F\x98x", r + "x"},
		"a byte after a good sequence":       {"€\xBF", "€" + r},
		"least and greatest of two bytes":    {"\xC2\x80\xDF\xBF", "\u0080\u07FF"},
		"least and greatest of three bytes":  {"\xE0\xA0\x80\xEF\xBF\xBF", "\u0800\uFFFF"},
		"around the surrogates":              {"\xED\x9F\xBF\xEE\x80\x80", "\uD7FF\uE000"},
		"least and greatest of four bytes":   {"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", "\U00010000\U0010FFFF"},
		"over the greatest":                  {"\xF4\x90\x80\x80", r + r + r + r},
		"U+FFFD itself":                      {r, r},
		"noncharacters are well-formed":      {"\uFFFE\uFDD0", "\uFFFE\uFDD0"},
		"a byte order mark inside":           {"a\uFEFF", "a\uFEFF"},
		"a run of the same truncated prefix": {"\xE2\x82\xE2\x82\xE2\x82", r + r + r},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tc.want, string(appendWellFormed(nil, []byte(tc.in))))
			everyChunking(t, "data:"+tc.in+"\n\n", events(msg(tc.want)))
			everyChunking(t, "data:1\ndata:"+tc.in+"\n\n", events(msg("1\n"+tc.want)))
		})
	}
}

// Sequences of up to three bytes, all that decide anything, and a fourth.
func TestB3AgreesWithTheDecoderOfTheStandard(t *testing.T) {
	edges := []byte{0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
		0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF}
	for first := range 256 {
		for _, second := range edges {
			for _, third := range edges {
				for _, fourth := range []byte{'x', 0x80, 0xBF, 0xE2} {
					in := []byte{byte(first), second, third, fourth, '.'}
					got := appendWellFormed(nil, in)
					if string(got) != oracleDecode(in) {
						require.Equal(t, oracleDecode(in), string(got), "% x", in)
					}
					require.True(t, utf8.Valid(got))
				}
			}
		}
	}
}

// Reads are checked as a whole, so what one of them holds must not hide in
// another, nor stick to the events that follow.
func TestB3IllFormedTextIsSeenWhereverTheReadsEnd(t *testing.T) {
	const r = "\uFFFD"
	want := events(msg("€1"+r), Event{r, "2", ""}, msg("3"), Event{"message", "4", r}, Event{"message", "😀", r})
	everyChunking(t, "data:€1\xE2\n\nevent:\x80\ndata:2\n\ndata:3\n\nid:\xF0\x9F\ndata:4\n\ndata:😀\n\n", want)

	var p Parser
	run(&p, []byte("data:\xFF\n\n"))
	run(&p, []byte("data:1\n\n"))
	assert.False(t, p.suspect, "one bad byte does not slow down the rest of the stream")
}

func TestMemoryOfLargeIllFormedDataIsNotKept(t *testing.T) {
	var p Parser
	large := append([]byte("data:\xFF"), make([]byte, 2*maxKeep)...)
	require.Len(t, run(&p, large, []byte("\n\n"), []byte("data:\xFF\n\n")).Events, 2)
	assert.LessOrEqual(t, cap(p.fixed[1]), maxKeep)
}
