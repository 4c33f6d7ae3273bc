//go:build !js

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The helpers of the end-to-end tests: they start the runner as a process.

// builds are the wasm programs of testdata, each built once for all tests.
var builds struct {
	once sync.Once
	dir  string
	err  error
}

// wasmFile returns prog.wasm, or suite.wasm, the test binary.
func wasmFile(t *testing.T, name string) string {
	t.Helper()
	builds.once.Do(func() {
		if builds.dir, builds.err = os.MkdirTemp("", "wasm_exec_test"); builds.err != nil {
			return
		}
		if builds.err = goJS("build", "-o", filepath.Join(builds.dir, "prog.wasm"), "./testdata/prog"); builds.err == nil {
			builds.err = goJS("test", "-c", "-cover", "-o", filepath.Join(builds.dir, "suite.wasm"), "./testdata/suite")
		}
	})
	require.NoError(t, builds.err)
	return filepath.Join(builds.dir, name)
}

func goJS(args ...string) error {
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	cmd.Stderr = os.Stderr
	return cmd.Run()
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
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range files {
		if env, _ := os.ReadFile(file); bytes.Contains(env, []byte(text)) {
			command, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "cmdline"))
			found = append(found, string(bytes.ReplaceAll(command, []byte{0}, []byte{' '})))
		}
	}
	return found
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
