package main

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// play runs this test binary as a target that behaves as how says.
func play(t *testing.T, how string, o *options, target string) *result {
	t.Helper()
	t.Setenv("TARGETS_TEST", how)
	b := &binaries{native: os.Args[0], js: "js.test", runner: os.Args[0]}
	return b.run(t.Context(), o, target, []string{"AMPHIWIRE_WS=ws://x"})
}

func ample() *options { return &options{timeout: time.Minute, overtime: time.Minute} }

func TestRun(t *testing.T) {
	r := play(t, "passes", ample(), "native")
	require.NoError(t, r.err)
	assert.Equal(t, "native", r.target)
	assert.Equal(t, 1, r.count(passed))
}

func TestRunCommandLine(t *testing.T) {
	o := ample()
	r := play(t, "says its environment", o, "native")
	require.NoError(t, r.err, "a failed row explains the exit status")
	assert.Equal(t, "native by plain ws://x -test.v=test2json -test.timeout=1m0s", r.rows["TestA"].reason())

	o.run = "SSE/resume"
	r = play(t, "says its environment", o, "chromium")
	assert.Equal(t, "chromium by plain ws://x -in chromium -plain js.test -test.v=test2json -test.timeout=1m0s -test.run=SSE/resume", r.rows["TestA"].reason())

	r = play(t, "says its environment", o, "chromium+glue")
	assert.Equal(t, "chromium by glue ws://x -in chromium js.test -test.v=test2json -test.timeout=1m0s -test.run=SSE/resume", r.rows["TestA"].reason())
}

func TestRunBadEnd(t *testing.T) {
	r := play(t, "leaves goroutines", ample(), "native")
	assert.ErrorContains(t, r.err, "1 goroutines are left", "all rows passed, and still it is not in order")

	r = play(t, "dies", ample(), "native")
	assert.Equal(t, map[string]*row{"TestA": {failed, []string{"panic: boom"}}}, r.rows)
}

func TestRunTimeout(t *testing.T) {
	r := play(t, "never ends", &options{timeout: time.Second, overtime: time.Millisecond}, "native")
	assert.ErrorContains(t, r.err, "still running after 1.001s")
	assert.Equal(t, []string{"cleaned up"}, r.rows["TestA"].output, "it was asked to end, not killed")
}

func TestRunNoProgram(t *testing.T) {
	b := &binaries{native: "./no-such-program"}
	r := b.run(t.Context(), ample(), "native", nil)
	assert.ErrorIs(t, r.err, os.ErrNotExist)
}

func TestBuild(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := build(ctx, &options{targets: []string{"native"}}, t.TempDir())
	assert.ErrorIs(t, err, context.Canceled)

	err = goCommand(t.Context(), []string{"GOOS=js", "GOARCH=wasm"}, "build", rows+"/no/such/package")
	assert.ErrorContains(t, err, "no/such/package", "the go command's words are in the error")
}
