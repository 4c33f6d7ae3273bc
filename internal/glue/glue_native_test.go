//go:build !js

package glue

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/amphiwire/amphiwire/internal/companion"
	"github.com/amphiwire/amphiwire/testserver"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// script is the file under test, as a page of one's own names it.
const script = "../../wasm_exec/amphiwire.js"

// policy is the strictest under which a Go program can run and connect to the
// server of the test.
func policy(server string) string {
	return "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' " + server
}

// TestRoads runs the program with wasm_exec. Node and Chromium must be there,
// the other engines are tried where they are installed.
func TestRoads(t *testing.T) {
	dir := t.TempDir()
	runner, err := companion.Build(dir, "wasm_exec")
	require.NoError(t, err)
	program, err := companion.Build(dir, "internal/glue/program", "GOOS=js", "GOARCH=wasm")
	require.NoError(t, err)
	server := testserver.New(t).WSURL()
	strict := []string{"-csp", policy(server)}
	tests := []struct {
		name  string
		page  bool // needs one
		flags []string
		want  string
	}{
		{"glue", false, nil, "first took the glue\n"},
		{"without it", false, []string{"-plain"}, "first took the plain road: amphiwire.js was not loaded between wasm_exec.js and the start of the program\n"},
		{"with a wasm_exec.js that lacks a name", false, []string{"-plain", "-script", "testdata/missing.js", "-script", script},
			"first took the plain road: wasm_exec.js lacks what amphiwire.js needs: _resume\n"},
		{"loaded by hand, and twice", false, []string{"-plain", "-script", script, "-script", script}, "first took the glue\n"},
		{"under a strict policy", true, strict, "first took the glue\n"},
		{"without it under a strict policy", true, append([]string{"-plain"}, strict...),
			"first took the plain road: amphiwire.js was not loaded between wasm_exec.js and the start of the program\n"},
		{"in a Worker under a strict policy", true, append([]string{"-worker"}, strict...), "first took the glue\n"},
	}
	for _, engine := range engines() {
		for _, test := range tests {
			if test.page && engine == "node" {
				continue
			}
			t.Run(engine+"/"+test.name, func(t *testing.T) {
				t.Parallel()
				args := append([]string{"-in", engine}, test.flags...)
				assert.Equal(t, test.want, run(t, runner, append(args, program, server+"/ws/echo", "first")...))
			})
		}
		t.Run(engine+"/two programs in one page", func(t *testing.T) {
			t.Parallel()
			out := run(t, runner, "-in", engine, "-script", "testdata/two.js", program, server+"/ws/echo", "first")
			assert.ElementsMatch(t, []string{"first took the glue", "second took the glue"}, strings.Split(strings.TrimSpace(out), "\n"))
		})
	}
}

// engines are those that are here.
func engines() []string {
	found := []string{"node", "chromium"}
	if testing.Short() {
		return found
	}
	for engine, command := range map[string]string{"firefox": "firefox-esr", "webkit": "xvfb-run"} {
		if _, err := exec.LookPath(command); err == nil {
			found = append(found, engine)
		}
	}
	return found
}

// run runs the program and returns what it printed.
func run(t *testing.T, runner string, args ...string) string {
	t.Helper()
	cmd := exec.Command(runner, args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	return string(out)
}
