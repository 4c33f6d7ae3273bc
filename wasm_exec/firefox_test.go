package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFirefoxCommand(t *testing.T) {
	argv, env := firefox{}.command("/bin/firefox", "/profile", "http://url/", nil)
	assert.Equal(t, []string{"/bin/firefox", "--headless", "--no-remote", "--profile", "/profile", "http://url/"}, argv)
	assert.Contains(t, env, "MOZ_CRASHREPORTER_DISABLE=1")
}

func TestFirefoxProfile(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, firefox{}.prepare(dir))
	prefs, err := os.ReadFile(filepath.Join(dir, "user.js"))
	require.NoError(t, err)
	// A preference that Firefox cannot parse ends the file for it.
	line := regexp.MustCompile(`^(//.*|user_pref\("[\w.-]+", (true|false|\d+|"[^"]*")\);)$`)
	for _, l := range strings.Split(strings.TrimSpace(string(prefs)), "\n") {
		assert.Regexp(t, line, l)
	}
	assert.ErrorIs(t, firefox{}.prepare(filepath.Join(dir, "missing")), os.ErrNotExist)
}
