package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTimeLimits(t *testing.T) {
	for name, test := range map[string]struct {
		given time.Duration
		args  []string
		want  time.Duration
	}{
		"ten minutes":                       {want: 10 * time.Minute},
		"as given":                          {given: time.Second, want: time.Second},
		"none":                              {given: -1, want: 0},
		"a minute behind the test's own":    {args: []string{"-test.timeout=30m"}, want: 31 * time.Minute},
		"none if the test has none":         {args: []string{"-test.timeout=0"}, want: 0},
		"as given, whatever the test's own": {given: time.Second, args: []string{"-test.timeout=30m"}, want: time.Second},
		"ten minutes if it is no duration":  {args: []string{"-test.timeout=x"}, want: 10 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			p := &program{options: &options{timeout: test.given, argv: append([]string{"p"}, test.args...)}}
			assert.Equal(t, test.want, p.limit())
		})
	}
}

// inFolder changes to a new folder with these empty files.
func inFolder(t *testing.T, files ...string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	for _, name := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o666))
	}
	t.Chdir(dir)
	return dir
}

func TestAProgramKnowsItsSurroundings(t *testing.T) {
	dir := inFolder(t, "p.wasm")
	t.Setenv("GOCOVERDIR", "cover")
	t.Setenv("GOTRACEBACK", "")
	p, err := newProgram(&options{argv: []string{"p.wasm", "-test.cpuprofile=x"}})
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(dir, "p.wasm"), p.wasm)
	assert.Equal(t, dir, p.cwd)
	assert.FileExists(t, p.glue)
	assert.Equal(t, os.TempDir(), p.env["TMPDIR"])
	assert.Equal(t, []string{filepath.Join(dir, "cover")}, p.outputs.Dirs)
	assert.True(t, p.cpuProfile)
	assert.Equal(t, "all", p.env["GOTRACEBACK"], "SIGQUIT needs it")
}

func TestTheUsersTracebackIsKept(t *testing.T) {
	inFolder(t, "p.wasm")
	t.Setenv("GOTRACEBACK", "system")
	p, err := newProgram(&options{argv: []string{"p.wasm"}})
	require.NoError(t, err)
	assert.Equal(t, "system", p.env["GOTRACEBACK"])
}

func TestMissingFilesAreNamed(t *testing.T) {
	inFolder(t, "p.wasm")
	for name, o := range map[string]*options{
		"missing.wasm": {argv: []string{"missing.wasm"}},
		"missing.html": {argv: []string{"p.wasm"}, page: "missing.html"},
		"missing.js":   {argv: []string{"p.wasm"}, scripts: list{"missing.js"}},
	} {
		_, err := newProgram(o)
		assert.ErrorIs(t, err, fs.ErrNotExist)
		assert.ErrorContains(t, err, name)
	}
	_, err := newProgram(&options{argv: []string{"."}})
	assert.ErrorContains(t, err, "not a regular file")
}

func TestACommandLineThatDoesNotFitIsRefused(t *testing.T) {
	inFolder(t, "p.wasm")
	_, err := newProgram(&options{argv: []string{"p.wasm", strings.Repeat("x", room)}})
	var tooBig *roomError
	assert.ErrorAs(t, err, &tooBig)
}
