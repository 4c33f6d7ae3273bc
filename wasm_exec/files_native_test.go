//go:build !js

package main

import (
	"io/fs"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// To open a pipe waits until somebody writes to it, which may be never.
func TestAPipeIsNotOpened(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o666))
	files, err := newFileReader(dir)
	require.NoError(t, err)
	defer files.close()
	_, err = files.open(pipe)
	assert.ErrorIs(t, err, fs.ErrPermission)
}
