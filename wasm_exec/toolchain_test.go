package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGlueIsFoundWhereGoReleasesHaveIt(t *testing.T) {
	for _, dir := range []string{"misc", "lib"} { // until Go 1.23, since Go 1.24
		root := t.TempDir()
		want := filepath.Join(root, dir, "wasm", "wasm_exec.js")
		require.NoError(t, os.MkdirAll(filepath.Dir(want), 0o777))
		require.NoError(t, os.WriteFile(want, nil, 0o666))
		got, err := findGlue(root)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	_, err := findGlue(t.TempDir())
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

func TestTheToolchainIsFound(t *testing.T) {
	root, err := findGOROOT()
	require.NoError(t, err)
	assert.DirExists(t, filepath.Join(root, "src", "runtime"))
}

func TestWithoutTheGoCommandGOROOTCounts(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv("GOROOT", "/some/go")
	root, err := findGOROOT()
	require.NoError(t, err)
	assert.Equal(t, "/some/go", root)

	t.Setenv("GOROOT", "")
	_, err = findGOROOT()
	assert.ErrorContains(t, err, "put the go command on PATH or set GOROOT")
}
