package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSideBySide(t *testing.T) {
	for _, test := range []struct {
		name string
		seen [][]string
		same bool
		mark int // lines that differ
	}{
		{"equal", [][]string{{"a", "b"}, {"a", "b"}}, true, 0},
		{"a line differs", [][]string{{"a", "b"}, {"a", "c"}}, false, 1},
		{"a line is missing", [][]string{{"a", "b"}, {"a"}}, false, 1},
		{"nothing was seen at all", [][]string{{}, {}}, false, 0},
		{"a difference beyond the column's width", [][]string{{strings.Repeat("x", 99) + "1"}, {strings.Repeat("x", 99) + "2"}}, false, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			require.Equal(t, test.same, sideBySide(&out, []string{"one", "two"}, test.seen))
			require.Equal(t, test.mark, strings.Count(out.String(), "≠"))
		})
	}
}

func TestCutAndColumns(t *testing.T) {
	for _, test := range []struct {
		s, want string
		columns int
	}{
		{"abc", "abc", 3},
		{"abcdefgh", "abcd…", 5},
		{"世界", "世界", 4},
		{"世界世界", "世界…", 5},
		{"ab世界", "ab世…", 5},
	} {
		require.Equal(t, test.want, cut(test.s, 5))
		require.Equal(t, test.columns, columns(cut(test.s, 5)))
	}
}
