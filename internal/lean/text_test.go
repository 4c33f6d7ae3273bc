package lean

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// texts have what is at the edges: nothing, the start, the end, twice, letters
// beyond ASCII.
var texts = []string{"", ":", "a", "a:", ":b", "a:b", "a:b:c", "aa:::b", "Host-Name", "ÄÖ:é", "@[`{", " \t x \t", "abab"}

func TestTextIsAsInPackageStrings(t *testing.T) {
	for _, s := range texts {
		for _, sub := range append(texts, "::", "b:") {
			assert.Equal(t, strings.Index(s, sub), Index(s, sub), "%q in %q", sub, s)
			assert.Equal(t, strings.HasPrefix(s, sub), HasPrefix(s, sub), "%q of %q", sub, s)
			before, after, found := strings.Cut(s, sub)
			before2, after2, found2 := Cut(s, sub)
			assert.Equal(t, []any{before, after, found}, []any{before2, after2, found2}, "%q cut at %q", s, sub)
		}
		for _, c := range []byte(":aé\x00") {
			assert.Equal(t, strings.IndexByte(s, c), IndexByte(s, c), "%q in %q", c, s)
			assert.Equal(t, strings.LastIndexByte(s, c), LastIndexByte(s, c), "%q in %q", c, s)
		}
		assert.Equal(t, strings.IndexAny(s, ":b"), IndexAny(s, ":b"), "%q", s)
		assert.Equal(t, strings.Trim(s, " \t"), Trim(s), "%q", s)
	}
}

func TestJoin(t *testing.T) {
	for _, parts := range [][]string{nil, {""}, {"a"}, {"a", "", "b"}} {
		assert.Equal(t, strings.Join(parts, ", "), Join(parts, ", "))
	}
}

func TestToValidUTF8(t *testing.T) {
	for _, s := range []string{"", "é🐸", "\xff\xfe", "a\xe2\x82", "\xed\xa0\x80", "\ufffd"} {
		assert.Equal(t, string([]rune(s)), ToValidUTF8(s), "%q", s)
	}
}

func TestCaseIsThatOfASCII(t *testing.T) {
	for _, s := range []string{"", "Text/Event-Stream", "AZaz@[`{09", "HTTP"} {
		assert.Equal(t, strings.ToLower(s), Lower(s))
		assert.Equal(t, strings.ToUpper(s), Upper(s))
	}
	assert.Equal(t, "Ä", Lower("Ä"), "no other letter changes")
	assert.Equal(t, "ſ", Upper("ſ"), "not even one whose capital is ASCII")
}

func TestNumber(t *testing.T) {
	for s, want := range map[string]int64{"0": 0, "7": 7, "007": 7, "2147483647": 1<<31 - 1} {
		n, ok := Number(s)
		assert.True(t, ok, s)
		assert.Equal(t, want, n, s)
	}
	for _, s := range []string{"", "-1", "+1", " 1", "1 ", "1_0", "0x1", "1.5", "2147483648", "99999999999999999999"} {
		_, ok := Number(s)
		assert.False(t, ok, s)
	}
}
