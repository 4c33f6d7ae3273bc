//go:build !js

package browser

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The Debian package wabt has wat2wasm; `make test` installs it.
func TestTheModuleIsWhatItsTextSays(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mailbox.wasm")
	out, err := exec.Command("wat2wasm", "--enable-exceptions", "mailbox.wat", "-o", file).CombinedOutput()
	require.NoError(t, err, "%s", out)
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	got, err := os.ReadFile("mailbox.wasm")
	require.NoError(t, err)
	assert.Equal(t, want, got, "go generate ./internal/browser")
}
