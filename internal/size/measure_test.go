package main

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The bounds hold what was reached. They are ratios to the empty program,
// compressed, because that is what a new toolchain changes least. What is over
// them has linked in something large: errors.As, the errors of strconv, fmt.
var bounds = map[string]float64{"echo": 1.52, "stream": 1.73}

func TestProgramsStaySmall(t *testing.T) {
	dir := t.TempDir()
	empty, err := weigh(dir, programs[0])
	require.NoError(t, err)
	for _, p := range programs {
		bound, ok := bounds[p.folder]
		if !ok {
			continue
		}
		m, err := weigh(dir, p)
		require.NoError(t, err)
		assert.Less(t, m.over(empty), bound, "%s: %d bytes, an empty program %d", p.name, m.gzip, empty.gzip)
	}
}

func TestAProgramThatDoesNotBuildIsNamed(t *testing.T) {
	_, err := weigh(t.TempDir(), program{"missing", "missing"})
	assert.ErrorContains(t, err, "build missing")
}

func TestGzipped(t *testing.T) {
	n, err := gzipped(bytes.Repeat([]byte("a"), 10_000))
	require.NoError(t, err)
	assert.Less(t, n, 100)
	noise := make([]byte, 10_000)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	n, err = gzipped(noise)
	require.NoError(t, err)
	assert.Greater(t, n, 10_000)
}

func TestTable(t *testing.T) {
	var b strings.Builder
	require.NoError(t, show(&b, []*measure{{"empty", 1000, 400, 300}, {"echo client", 2000, 500, 0}}))
	assert.Equal(t, `      program   raw  gzip  brotli  × empty
        empty  1000   400     300     1.00
  echo client  2000   500       -     1.25
`, b.String())
}
