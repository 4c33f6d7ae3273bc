//go:build !js

package pages

import (
	"bytes"
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/amphiwire/amphiwire/internal/companion"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var in = flag.String("in", "node,chromium", "where the tests run, separated by commas: "+
	"node for those that need no page, chromium, firefox, webkit")

// inBrowsers are the tests of this package's other files, but for the js ones.
var inBrowsers = []struct {
	name  string
	pages bool // none in Node
	run   func(t *testing.T, s *stage, browser string)
}{
	{"in a page", true, testInAPage},
	{"in a Worker", true, testInAWorker},
	{"in a shared Worker and a service worker", true, testInOtherWorkers},
	{"a page that is left", true, testLeftPage},
	{"a page in the back/forward cache", true, testHistory},
	{"connections leave nothing", false, testLeaks},
}

// TestBrowsers builds what is needed once, and runs the tests in one browser
// after the other.
func TestBrowsers(t *testing.T) {
	s := newStage(t)
	for _, browser := range strings.Split(*in, ",") {
		t.Run(browser, func(t *testing.T) {
			s.needs(t, browser)
			for _, test := range inBrowsers {
				if test.pages && browser == "node" {
					continue
				}
				t.Run(test.name, func(t *testing.T) { test.run(t, s, browser) })
			}
		})
	}
}

// runLimit is what one run of a browser may take.
const runLimit = 15 * time.Minute

// A stage is what a test needs to run programs in browsers.
type stage struct {
	*companion.Server
	runner   string // wasm_exec
	tests    string // the js tests of this package
	rows     string // those of conformance
	resident string // testdata/resident
}

// newStage builds the programs and starts a companion server, until the test
// ends.
func newStage(t *testing.T) *stage {
	t.Helper()
	dir := t.TempDir()
	program := func(pkg string, extra ...string) string {
		file, err := companion.Build(dir, pkg, extra...)
		require.NoError(t, err)
		return file
	}
	server, err := companion.Start(program("testserver/cmd/testserver"), "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, server.Stop()) })
	return &stage{
		Server:   server,
		runner:   program("wasm_exec"),
		tests:    buildTests(t, dir, "internal/pages"),
		rows:     buildTests(t, dir, "internal/conformance"),
		resident: program("internal/pages/testdata/resident", "GOOS=js", "GOARCH=wasm"),
	}
}

// buildTests returns the js tests of a package as a program.
func buildTests(t *testing.T, dir, pkg string) string {
	t.Helper()
	file := filepath.Join(dir, strings.ReplaceAll(pkg, "/", "-")+".test")
	cmd := exec.Command("go", "test", "-c", "-o", file, companion.Module+pkg)
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return file
}

// needs skips the test where a browser is not installed.
func (s *stage) needs(t *testing.T, browser string) {
	t.Helper()
	out, code := s.host(t, nil, "-in", browser, s.tests, "-test.run=^$")
	if strings.Contains(out, "is not installed") {
		t.Skip(out)
	}
	require.Zero(t, code, out)
}

// host runs a program with wasm_exec and returns what it printed, and its exit
// code.
func (s *stage) host(t *testing.T, environ []string, args ...string) (output string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), runLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.runner, append([]string{"-timeout", (runLimit - time.Minute).String()}, args...)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	cmd.Env = append(append(os.Environ(), "AMPHIWIRE_HTTP="+s.HTTP, "AMPHIWIRE_WS="+s.WS), environ...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	require.NoError(t, ctx.Err(), "%s", &out)
	if err != nil {
		require.ErrorContains(t, err, "exit status")
	}
	return out.String(), cmd.ProcessState.ExitCode()
}

// passes requires that as many tests as want have passed, and none has failed.
func passes(t *testing.T, output string, code, want int) {
	t.Helper()
	require.Zero(t, code, output)
	assert.GreaterOrEqual(t, strings.Count(output, "\n--- PASS: "), want, output)
}

// testInAPage runs the js tests of this package in a page.
func testInAPage(t *testing.T, s *stage, browser string) {
	out, code := s.host(t, nil, "-in", browser, s.tests, "-test.v", "-test.skip="+elsewhere)
	passes(t, out, code, 8)
	assert.NotContains(t, out, "SKIP")
}

// elsewhere are the js tests that need another host than the others.
const elsewhere = "Nothing$|In(AShared|AService)Worker"
