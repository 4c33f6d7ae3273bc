//go:build !js

package interop

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	nodeFolder = "testdata/node"
	modules    = "node_modules"
	lockFile   = "package-lock.json"
)

// wsWindows are all that ws has. It takes 8 bits for 9, as zlib does. That is no
// lie, for zlib leaves the last 262 bytes of its window alone.
var wsWindows = []int{8, 9, 10, 11, 12, 13, 14, 15}

func wsServer(t *testing.T, _ *companionServer) {
	script := nodeScript(t, "server.cjs")
	addr := serve(t, 1, func(ports ...string) []string { return []string{"node", script, ports[0]} })[0]
	serverRows(t, server("ws://"+addr), wsWindows)
}

func wsClient(t *testing.T, companion *companionServer) {
	script := nodeScript(t, "client.cjs")
	clientRows(t, newForeignClient(t, "node", script), companion, wsWindows)
}

// nodeScript installs what our scripts for Node need, and returns the path of
// one.
func nodeScript(t *testing.T, name string) string {
	t.Helper()
	needs(t, "node", "npm")
	install(t)
	return filepath.Join(nodeFolder, name)
}

// install makes node_modules what the lock file says, unless it is already. A
// copy of the lock file within tells. The packages appear as a whole, in case
// somebody else installs them at the same time.
func install(t *testing.T) {
	t.Helper()
	lock, err := os.ReadFile(filepath.Join(nodeFolder, lockFile))
	require.NoError(t, err)
	if installed(lock) {
		return
	}
	tmp, err := os.MkdirTemp(nodeFolder, ".install-")
	require.NoError(t, err)
	defer os.RemoveAll(tmp)
	for _, name := range []string{"package.json", lockFile} {
		data, err := os.ReadFile(filepath.Join(nodeFolder, name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(tmp, name), data, 0o666))
	}
	cmd := exec.CommandContext(row(t), "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir = tmp
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "npm ci: %s", out)
	require.NoError(t, os.WriteFile(filepath.Join(tmp, modules, lockFile), lock, 0o666))
	place := filepath.Join(nodeFolder, modules)
	_ = os.Rename(place, filepath.Join(tmp, "old")) // if there is one
	if err := os.Rename(filepath.Join(tmp, modules), place); err != nil && !installed(lock) {
		require.NoError(t, err)
	}
}

func installed(lock []byte) bool {
	have, err := os.ReadFile(filepath.Join(nodeFolder, modules, lockFile))
	return err == nil && bytes.Equal(have, lock)
}
