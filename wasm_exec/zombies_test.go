package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestProcessStates(t *testing.T) {
	for stat, want := range map[string]struct {
		state string
		group int
	}{
		"17 (sh) S 1 42 42 0":          {"S", 42},
		"17 (a b) c) R 2) Z 1 43 42 0": {"Z", 43},
		"17 (sh) S":                    {"", 0},
		"":                             {"", 0},
	} {
		state, group := parseStat(stat)
		assert.Equal(t, want.state, state, stat)
		assert.Equal(t, want.group, group, stat)
	}
}

func TestAGroupOfZombiesHasEnded(t *testing.T) {
	proc := t.TempDir()
	assert.False(t, onlyZombies(proc, 42), "no proc file system")
	add := func(pid, stat string) {
		require.NoError(t, os.MkdirAll(filepath.Join(proc, pid), 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(proc, pid, "stat"), []byte(stat), 0o666))
	}
	add("1", "1 (init) S 0 1 1 0")
	add("43", "43 (chromium) Z 1 42 42 0")
	assert.True(t, onlyZombies(proc, 42))
	add("44", "44 (chromium) S 1 42 42 0")
	assert.False(t, onlyZombies(proc, 42))
	assert.True(t, onlyZombies(proc, 99))
}
