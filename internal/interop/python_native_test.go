//go:build !js

package interop

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

const pythonFolder = "testdata/python"

// pythonWindows are the least, the largest and one between. The library knows
// none of 8 bits.
var pythonWindows = []int{9, 12, 15}

func pythonServer(t *testing.T, _ *companionServer) {
	python := needsPython(t)
	script := filepath.Join(pythonFolder, "server.py")
	addr := serve(t, 1, func(ports ...string) []string { return []string{python, script, ports[0]} })[0]
	serverRows(t, server("ws://"+addr), pythonWindows)
}

func pythonClient(t *testing.T, companion *companionServer) {
	python := needsPython(t)
	script := filepath.Join(pythonFolder, "client.py")
	clientRows(t, newForeignClient(t, python, script), companion, pythonWindows)
}

// needsPython returns the interpreter that has the package websockets. Debian's
// own comes first: only that has Debian's packages.
func needsPython(t *testing.T) string {
	t.Helper()
	python := "/usr/bin/python3"
	if _, err := os.Stat(python); err != nil {
		python = "python3"
	}
	needsAll(t, python)
	if out, err := exec.CommandContext(row(t), python, "-c", "import websockets").CombinedOutput(); err != nil {
		t.Fatalf("%s has no package websockets, and AMPHIWIRE_INTEROP is all: %s", python, out)
	}
	return python
}
