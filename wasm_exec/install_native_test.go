//go:build !js

package main

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// withNPM makes a folder of a package, and puts a shell script on PATH that
// stands for npm.
func withNPM(t *testing.T, script string) (dir string) {
	t.Helper()
	bin, dir := t.TempDir(), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(bin, "npm"), []byte("#!/bin/sh\n"+script), 0o777))
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	for _, name := range []string{"package.json", "package-lock.json"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(name), 0o666))
	}
	return dir
}

// Each npm notes its process in the package, and how often it ran.
const installs = `test "$1" = ci || exit 9
mkdir -p node_modules/undici && cat package.json package-lock.json >node_modules/undici/index.js
echo $$ >node_modules/undici/who
`

func TestPackagesAreInstalledOnce(t *testing.T) {
	dir := withNPM(t, installs)
	require.NoError(t, installModules(dir))
	got, err := os.ReadFile(filepath.Join(dir, modules, "undici", "index.js"))
	require.NoError(t, err)
	assert.Equal(t, "package.jsonpackage-lock.json", string(got))
	who := func() string {
		data, err := os.ReadFile(filepath.Join(dir, modules, "undici", "who"))
		require.NoError(t, err)
		return string(data)
	}
	first := who()
	require.NoError(t, installModules(dir))
	assert.Equal(t, first, who())

	require.NoError(t, os.WriteFile(filepath.Join(dir, "package-lock.json"), []byte("new"), 0o666))
	require.NoError(t, installModules(dir))
	assert.NotEqual(t, first, who(), "another lock file, other packages")
}

func TestRunnersMayInstallAtTheSameTime(t *testing.T) {
	dir := withNPM(t, installs)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { assert.NoError(t, installModules(dir)) })
	}
	wg.Wait()
	assert.FileExists(t, filepath.Join(dir, modules, "undici", "who"))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 3, "no temporary folder stays")
}

func TestAFailedInstallationShowsWhatNPMSays(t *testing.T) {
	dir := withNPM(t, "echo registry is on fire >&2; exit 1")
	assert.ErrorContains(t, installModules(dir), "exit status 1\nregistry is on fire")
	assert.NoDirExists(t, filepath.Join(dir, modules))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 2, "no temporary folder stays")
}
