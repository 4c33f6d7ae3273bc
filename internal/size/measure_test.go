package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The bounds hold what was reached. They are ratios to the empty program,
// compressed, because that is what a new toolchain changes least. What is over
// them has linked in something large: errors.As, the errors of strconv, package
// strings, math/rand, fmt.
var bounds = map[string]float64{"echo": 1.47, "stream": 1.64}

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

func TestCompressed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, bytes.Repeat([]byte("a"), 10_000), 0o644))
	n, err := compressed(file, "gzip", "-9", "-c")
	require.NoError(t, err)
	assert.Positive(t, n)
	assert.Less(t, n, 100)
	_, err = compressed(file+"2", "gzip", "-9", "-c")
	assert.ErrorContains(t, err, "gzip", "a file that is not there")
	n, err = compressed(file, "no such program")
	require.NoError(t, err)
	assert.Zero(t, n)
}

func TestSqueeze(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("brotli is measured by Node, which is not installed")
	}
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, bytes.Repeat([]byte("a"), 10_000), 0o644))
	m := &measure{file: file}
	require.NoError(t, m.squeeze())
	assert.Positive(t, m.brotli)
	assert.Less(t, m.brotli, 100)
	assert.Error(t, (&measure{file: file + "2"}).squeeze(), "a file that is not there")
}

func TestTable(t *testing.T) {
	var b strings.Builder
	require.NoError(t, show(&b, []*measure{{name: "empty", raw: 1000, gzip: 400, brotli: 300}, {name: "echo client", raw: 2000, gzip: 500}}))
	assert.Equal(t, `      program   raw  gzip  brotli  × empty
        empty  1000   400     300     1.00
  echo client  2000   500       -     1.25
`, b.String())
}
