package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheCopyOfNodesFilesIsWhole(t *testing.T) {
	cache := t.TempDir()
	dir, err := copyNodeFiles(cache)
	require.NoError(t, err)
	for _, name := range []string{"host.cjs", "globals.cjs", "package.json", "package-lock.json"} {
		want, err := nodeFiles.ReadFile("node/" + name)
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		assert.Equal(t, string(want), string(got))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "host.cjs"), []byte("half"), 0o666))
	again, err := copyNodeFiles(cache)
	require.NoError(t, err)
	assert.Equal(t, dir, again, "the same content has the same place")
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 4, "no temporary file stays")
	host, err := os.ReadFile(filepath.Join(dir, "host.cjs"))
	require.NoError(t, err)
	assert.NotEqual(t, "half", string(host))
}

func TestTheCacheMustBeWritable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o666))
	_, err := copyNodeFiles(file)
	var pathErr *fs.PathError
	assert.True(t, errors.As(err, &pathErr), err)
}

func TestACheckoutKeepsItsPackages(t *testing.T) {
	dir, err := nodeFolder()
	require.NoError(t, err)
	wd, err := os.Getwd()
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(wd, "node"), dir)
}

// The lock file must serve whatever registry npm is set up for.
func TestTheLockFileNamesNoRegistry(t *testing.T) {
	data, err := nodeFiles.ReadFile("node/package-lock.json")
	require.NoError(t, err)
	var lock struct {
		Packages map[string]struct{ Version, Resolved, Integrity string }
	}
	require.NoError(t, json.Unmarshal(data, &lock))
	undici := lock.Packages["node_modules/undici"]
	assert.True(t, strings.HasPrefix(undici.Version, "7."), "undici 8 needs a newer Node: %s", undici.Version)
	for name, p := range lock.Packages {
		assert.Empty(t, p.Resolved, name)
		assert.Equal(t, name != "", p.Integrity != "", name)
	}
}

func TestInstalledPackagesAreLeftAlone(t *testing.T) {
	t.Setenv("PATH", t.TempDir()) // no npm
	dir := t.TempDir()
	write := func(name, content string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666))
	}
	assert.ErrorIs(t, installModules(dir), fs.ErrNotExist, "no lock file")

	write("package-lock.json", "{}")
	var missing *missingError
	require.ErrorAs(t, installModules(dir), &missing)
	assert.ErrorContains(t, missing, "apt-get install npm")

	write("node_modules/"+lockName, "{}")
	assert.NoError(t, installModules(dir))

	write("package-lock.json", "{1}")
	assert.ErrorAs(t, installModules(dir), &missing, "another lock file")
}
