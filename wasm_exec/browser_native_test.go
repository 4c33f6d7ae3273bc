//go:build !js

package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shellBrowser is a browser that is a shell script.
type shellBrowser struct {
	script     string
	prepareErr error
}

func (shellBrowser) find() (string, error)      { return "/bin/sh", nil }
func (b shellBrowser) prepare(dir string) error { return b.prepareErr }
func (b shellBrowser) command(path, dir, url string, _ *program) (argv, env []string) {
	return []string{path, "-c", b.script}, []string{pageURL + "=" + url}
}

func runShellBrowser(t *testing.T, b shellBrowser, change func(*program)) (int, error) {
	t.Helper()
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	p := &program{options: &options{argv: []string{"p.wasm"}}, cwd: t.TempDir(), goroot: t.TempDir()}
	if change != nil {
		change(p)
	}
	code, err := inBrowser{b}.run(p, make(chan os.Signal))
	assert.True(t, isEmpty(tmp), "no profile stays")
	return code, err
}

func TestABrowserThatDiesShowsItsLog(t *testing.T) {
	code, err := runShellBrowser(t, shellBrowser{script: "echo no display >&2; exit 3"}, nil)
	assert.ErrorContains(t, err, "the browser ended before the program did\nno display\n")
	assert.Equal(t, 1, code)
}

func TestAProfileThatCannotBeMade(t *testing.T) {
	broken := errors.New("disk full")
	code, err := runShellBrowser(t, shellBrowser{prepareErr: broken}, nil)
	assert.ErrorIs(t, err, broken)
	assert.Equal(t, 1, code)
}

func TestAMissingPictureIsAnError(t *testing.T) {
	old := filepath.Join(t.TempDir(), "old.png")
	require.NoError(t, os.WriteFile(old, []byte("of an earlier run"), 0o666))
	code, err := runShellBrowser(t, shellBrowser{script: asPage(t, "0")}, func(p *program) { p.screenshot = old })
	assert.ErrorContains(t, err, "the browser took no screenshot")
	assert.Equal(t, 1, code)
}

func TestTheProgramsExitCodeComesFromThePage(t *testing.T) {
	code, err := runShellBrowser(t, shellBrowser{script: asPage(t, "42") + "; sleep 1000"}, nil)
	assert.NoError(t, err)
	assert.Equal(t, 42, code)
}

// asPage is a script that posts an exit code as a page does. It is this test
// binary that does so, see TestMain.
func asPage(t *testing.T, code string) string {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	return "EXIT=" + code + " '" + self + "'"
}

func TestBrowsersWriteInTheirFolderAndUseNoProxy(t *testing.T) {
	before := []string{"PATH=/bin", "HOME=/root", "http_proxy=http://p", "HTTPS_PROXY=http://p", "no_proxy=x", "ALL_PROXY=y"}
	env := browserEnv(before, "/profile")
	assert.Equal(t, []string{"PATH=/bin", "HOME=/root", "HOME=/profile", "TMPDIR=/profile"}, env[:4])
	assert.Contains(t, env, "XDG_RUNTIME_DIR=/profile")
	assert.NotContains(t, strings.ToLower(strings.Join(env, " ")), "_proxy")
	assert.Equal(t, "http_proxy=http://p", before[2], "the list is the caller's")
}
