package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWebKitCommand(t *testing.T) {
	argv, env := webkit{}.command("/lib/MiniBrowser", "/profile", "http://url/", nil)
	assert.Equal(t, []string{"/lib/MiniBrowser", "--private", "http://url/"}, argv[len(argv)-3:])
	assert.Equal(t, "xvfb-run", filepath.Base(argv[0]))
	assert.Contains(t, argv, "-a", "another X server may run already")
	assert.Contains(t, env, "GDK_BACKEND=x11")
	assert.Equal(t, os.Getuid() == 0, contains(env, "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS=1"))
}

func TestMiniBrowserIsFoundBesideItsLibrary(t *testing.T) {
	bin, lib := t.TempDir(), t.TempDir()
	t.Setenv("PATH", bin)
	for _, name := range []string{"xvfb-run", "xauth"} {
		_, err := webkit{}.find()
		assert.ErrorContains(t, err, name+", which WebKit needs, is not installed")
		require.NoError(t, os.WriteFile(filepath.Join(bin, name), nil, 0o777))
	}
	defer func(old []string) { miniBrowsers = old }(miniBrowsers)
	miniBrowsers = []string{filepath.Join(lib, "*", "MiniBrowser")}
	_, err := webkit{}.find()
	assert.ErrorContains(t, err, "WebKit's MiniBrowser is not installed")

	want := filepath.Join(lib, "webkit", "MiniBrowser")
	require.NoError(t, os.Mkdir(filepath.Dir(want), 0o777))
	require.NoError(t, os.WriteFile(want, nil, 0o777))
	got, err := webkit{}.find()
	require.NoError(t, err)
	assert.Equal(t, want, got)
}
