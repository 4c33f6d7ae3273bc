//go:build !js

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The helpers of the end-to-end tests: they start the runner as a process.

// programs are the wasm programs of testdata.
type programs struct{ dir string }

// prog is the path of a program, suite that of a test binary.
func (p programs) prog() string  { return filepath.Join(p.dir, "prog.wasm") }
func (p programs) suite() string { return filepath.Join(p.dir, "suite.wasm") }

func buildPrograms(t *testing.T) programs {
	t.Helper()
	p := programs{t.TempDir()}
	goJS(t, "build", "-o", p.prog(), "./testdata/prog")
	goJS(t, "test", "-c", "-cover", "-o", p.suite(), "./testdata/suite")
	return p
}

func goJS(t *testing.T, args ...string) {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
}

// runner is a started runner, whose temporary files are all below tmp.
type runner struct {
	*exec.Cmd
	tmp            string
	stdout, stderr syncBuffer
	done           chan struct{}
}

// startRunner starts the runner, which must leave nothing behind.
func startRunner(t *testing.T, dir string, env []string, args ...string) *runner {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	// Short, because browsers put sockets there, whose names have a limit.
	tmp, err := os.MkdirTemp("", "we")
	require.NoError(t, err)
	r := &runner{Cmd: exec.Command(self, args...), tmp: tmp, done: make(chan struct{})}
	r.Dir = dir
	r.Env = append(append(os.Environ(), asRunner+"=1", "TMPDIR="+tmp), env...)
	r.Stdout, r.Stderr = &r.stdout, &r.stderr
	require.NoError(t, r.Start())
	go func() {
		defer close(r.done)
		r.Wait()
	}()
	t.Cleanup(func() {
		r.Process.Kill()
		<-r.done
		assert.Eventually(t, func() bool { return len(processesWith(tmp)) == 0 && isEmpty(tmp) }, 10*time.Second, 20*time.Millisecond,
			"left behind: %v", processesWith(tmp))
		os.RemoveAll(tmp)
		if t.Failed() {
			t.Logf("%v\nstdout:\n%s\nstderr:\n%s", args, r.stdout.String(), r.stderr.String())
		}
	})
	return r
}

// code waits for the runner's end and returns its exit code.
func (r *runner) code() int {
	<-r.done
	return r.ProcessState.ExitCode()
}

// awaitOutput waits until stdout holds text.
func (r *runner) awaitOutput(t *testing.T, text string) {
	t.Helper()
	require.Eventually(t, func() bool { return strings.Contains(r.stdout.String(), text) }, 30*time.Second, 10*time.Millisecond)
}

// processesWith lists running processes in whose environment text occurs: the
// keeper, the browser and all its helpers inherit the name of the folder.
func processesWith(text string) []string {
	var found []string
	eachProcess(func(p procEntry) {
		if strings.Contains(p.env, text) {
			found = append(found, p.command)
		}
	})
	return found
}

// renderers lists the processes that run pages for the Chromium that has text
// in its environment. They overwrite their own environment, but stay in the
// browser's process group.
func renderers(text string) []int {
	groups := map[int]bool{}
	eachProcess(func(p procEntry) {
		if p.pid == p.group && strings.Contains(p.env, text) {
			groups[p.group] = true
		}
	})
	var found []int
	eachProcess(func(p procEntry) {
		if groups[p.group] && strings.Contains(p.command, "--type=renderer") {
			found = append(found, p.pid)
		}
	})
	return found
}

// procEntry is what the system knows of one process.
type procEntry struct {
	pid, group   int
	env, command string
}

func eachProcess(do func(procEntry)) {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		read := func(name string) string { // "" when the process has ended
			data, _ := os.ReadFile(filepath.Join(dir, name))
			return strings.ReplaceAll(string(data), "\x00", " ")
		}
		pid, _ := strconv.Atoi(filepath.Base(dir))
		_, group := parseStat(read("stat"))
		do(procEntry{pid: pid, group: group, env: read("environ"), command: read("cmdline")})
	}
}

func isEmpty(dir string) bool {
	entries, err := os.ReadDir(dir)
	return err == nil && len(entries) == 0
}

// syncBuffer is a buffer that may be read while it is written.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
