//go:build !js

package interop

import (
	"os"
	"path/filepath"
	"testing"
	"text/template"

	"github.com/stretchr/testify/require"
)

// The one user that servers let in.
const (
	user     = "amphi"
	password = "wire"
	hashed   = "$apr1$amphi$pZBGU.sQPIdUcQzKxPeZr0" // the password as all servers know it
)

// configure writes a configuration, which testdata/name is the template of,
// into a folder, and returns its file.
func configure(t *testing.T, dir, name string, data any) (file string) {
	t.Helper()
	config, err := template.ParseFiles(filepath.Join("testdata", name))
	require.NoError(t, err)
	out, err := os.Create(filepath.Join(dir, name))
	require.NoError(t, err)
	require.NoError(t, config.Execute(out, data))
	require.NoError(t, out.Close())
	return out.Name()
}

// write writes a file into a folder.
func write(t *testing.T, dir, name, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
}
