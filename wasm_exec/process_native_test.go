//go:build !js

package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// startShell starts a shell script below a keeper, in its own folder.
func startShell(t *testing.T, script string) (*process, string, *syncBuffer) {
	t.Helper()
	dir, err := os.MkdirTemp(t.TempDir(), "profile")
	require.NoError(t, err)
	var out syncBuffer
	p, err := start(launch{
		argv: []string{"/bin/sh", "-c", script}, env: append(os.Environ(), "DIR="+dir), dir: dir, group: true, stdout: &out, stderr: &out,
	})
	require.NoError(t, err)
	t.Cleanup(p.stop)
	return p, dir, &out
}

func TestAProcessThatEndsGivesItsExitCode(t *testing.T) {
	for script, want := range map[string]int{"exit 0": 0, "echo hi; exit 7": 7, "kill -KILL $$": 128 + int(syscall.SIGKILL)} {
		p, dir, _ := startShell(t, script)
		<-p.done
		assert.Equal(t, want, p.code, script)
		assert.NoDirExists(t, dir)
	}
}

func TestACommandThatCannotBeStarted(t *testing.T) {
	dir := t.TempDir()
	var out syncBuffer
	p, err := start(launch{argv: []string{"/does/not/exist"}, dir: dir, stderr: &out})
	require.NoError(t, err)
	<-p.done
	p.stop()
	assert.Equal(t, 126, p.code)
	assert.Contains(t, out.String(), fs.ErrNotExist.Error()[:4])
	assert.Contains(t, out.String(), "/does/not/exist")
	assert.NoDirExists(t, dir)
}

// Neither a process that ignores being asked, nor its children, nor files that
// they go on writing may stay.
func TestStopEndsTheWholeGroup(t *testing.T) {
	p, dir, out := startShell(t, `trap '' TERM
(while :; do echo x >"$DIR/$(date +%N)"; sleep 0.01; done) & echo child $!
(trap '' TERM; sleep 1000) & echo child $!
echo ready; wait; sleep 1000`)
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "ready") }, 10*time.Second, time.Millisecond)
	start := time.Now()
	p.stop()
	assert.Less(t, time.Since(start), ending+5*time.Second)
	assert.NoDirExists(t, dir)
	for _, line := range strings.Split(out.String(), "\n") {
		if pid, ok := strings.CutPrefix(line, "child "); ok {
			assert.Eventually(t, func() bool { return !runs(t, pid) }, 5*time.Second, time.Millisecond, line)
		}
	}
}

// runs reports whether a process exists and is no zombie.
func runs(t *testing.T, pid string) bool {
	t.Helper()
	n, err := strconv.Atoi(pid)
	require.NoError(t, err)
	stat, err := os.ReadFile(filepath.Join("/proc", pid, "stat"))
	if err != nil {
		return syscall.Kill(n, 0) == nil
	}
	state, _ := parseStat(string(stat))
	return state != "Z" && state != "X"
}

func TestAProcessThatEndsWhenAskedIsNotKilled(t *testing.T) {
	p, dir, out := startShell(t, `trap 'echo asked; exit 5' TERM; echo ready; while :; do sleep 0.01; done`)
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "ready") }, 10*time.Second, time.Millisecond)
	p.stop()
	assert.Equal(t, 5, p.code)
	assert.Contains(t, out.String(), "asked")
	assert.NoDirExists(t, dir)
}

func TestQuitIsPassedOn(t *testing.T) {
	p, _, out := startShell(t, `trap 'echo quit; exit 2' QUIT; echo ready; while :; do sleep 0.01; done`)
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "ready") }, 10*time.Second, time.Millisecond)
	p.quit()
	<-p.done
	assert.Equal(t, 2, p.code)
	assert.Equal(t, "ready\nquit\n", out.String())
}
