package main

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFilesOutsideTheFoldersDoNotExist(t *testing.T) {
	base := t.TempDir()
	pkg, outside := filepath.Join(base, "pkg"), filepath.Join(base, "outside")
	require.NoError(t, os.MkdirAll(filepath.Join(pkg, "testdata"), 0o777))
	require.NoError(t, os.WriteFile(filepath.Join(pkg, "testdata", "x"), []byte("x"), 0o666))
	require.NoError(t, os.WriteFile(outside, []byte("secret"), 0o666))
	require.NoError(t, os.Symlink(outside, filepath.Join(pkg, "out")))
	require.NoError(t, os.Symlink("testdata/x", filepath.Join(pkg, "in")))
	files, err := newFileReader(pkg, t.TempDir())
	require.NoError(t, err)
	defer files.close()

	for _, path := range []string{"testdata/x", "in"} {
		f, err := files.open(filepath.Join(pkg, path))
		require.NoError(t, err)
		data, err := io.ReadAll(f)
		assert.Equal(t, "x", string(data))
		assert.NoError(t, err)
		f.Close()
	}
	for _, path := range []string{outside, pkg + "/../outside", pkg + "x", base, "/", "", "testdata/x", "pkg/testdata/x", pkg + "/missing"} {
		_, err := files.open(path)
		assert.ErrorIs(t, err, fs.ErrNotExist, path)
	}
	_, err = files.open(filepath.Join(pkg, "out"))
	assert.ErrorContains(t, err, "escapes", "a symbolic link must not lead out")
}

func TestAMissingFolderIsAnError(t *testing.T) {
	_, err := newFileReader(t.TempDir(), filepath.Join(t.TempDir(), "missing"))
	assert.ErrorIs(t, err, fs.ErrNotExist)
}
