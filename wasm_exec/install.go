package main

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// nodeFiles is what Node runs, and which packages it needs.
//
//go:embed node/host.cjs node/globals.cjs node/package.json node/package-lock.json
var nodeFiles embed.FS

const (
	modules = "node_modules"
	// lockName keeps, within node_modules, the lock file it was made from.
	lockName = ".wasm_exec-lock.json"
)

// installNode returns a folder with nodeFiles and the packages they need,
// which it installs with npm if they are missing or of another lock file.
func installNode() (string, error) {
	dir, err := nodeFolder()
	if err != nil {
		return "", err
	}
	return dir, installModules(dir)
}

// nodeFolder is the folder node beside this source file where that exists and
// is ours to write, so that a checkout keeps its packages; else a copy in the
// user's cache folder, named for the content.
func nodeFolder() (string, error) {
	_, source, _, _ := runtime.Caller(0)
	dir := filepath.Join(filepath.Dir(source), "node")
	// A folder of the module cache is named path@version.
	if _, err := os.Stat(filepath.Join(dir, "host.cjs")); err == nil && !strings.Contains(dir, "@") {
		return dir, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no folder for the packages of Node: %w", err)
	}
	return copyNodeFiles(filepath.Join(cache, "amphiwire"))
}

// copyNodeFiles writes nodeFiles into a folder below cache. It may run more
// than once at the same time: every file appears as a whole.
func copyNodeFiles(cache string) (string, error) {
	sum := sha256.New()
	var names []string
	err := fs.WalkDir(nodeFiles, "node", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		names = append(names, name)
		data, err := nodeFiles.ReadFile(name)
		fmt.Fprintf(sum, "%s %d %s", name, len(data), data)
		return err
	})
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "node-"+hex.EncodeToString(sum.Sum(nil)[:8]))
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	for _, name := range names {
		data, _ := nodeFiles.ReadFile(name) // was read above
		if err := writeWhole(filepath.Join(dir, filepath.Base(name)), data); err != nil {
			return "", err
		}
	}
	return dir, nil
}

// writeWhole writes a file so that no one sees half of it, and leaves one alone
// that is right already: another runner may be reading it.
func writeWhole(path string, data []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".install-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return err
}

// installModules makes dir/node_modules what dir/package-lock.json says. Two
// runners may do so at the same time: each installs into a folder of its own,
// and one of the two is renamed into place.
func installModules(dir string) error {
	lock, err := os.ReadFile(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		return err
	}
	if installed(dir, lock) {
		return nil
	}
	npm, err := lookUp("npm, which installs WebSocket and EventSource for Node,", "npm", "npm")
	if err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(dir, ".install-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if err := npmCI(npm, dir, tmp, lock); err != nil {
		return err
	}
	return replaceModules(dir, tmp, lock)
}

// installed reports whether the packages are those of the lock file. It is
// compared as a whole: its hash would be no shorter to check.
func installed(dir string, lock []byte) bool {
	have, err := os.ReadFile(filepath.Join(dir, modules, lockName))
	return err == nil && bytes.Equal(have, lock)
}

// npmCI installs the packages of dir's lock file into tmp. Scripts of packages
// are not run: the packages are plain JavaScript. What npm says is shown only
// if it fails.
func npmCI(npm, dir, tmp string, lock []byte) error {
	manifest, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if err != nil {
		return err
	}
	for name, data := range map[string][]byte{"package.json": manifest, "package-lock.json": lock} {
		if err := os.WriteFile(filepath.Join(tmp, name), data, 0o666); err != nil {
			return err
		}
	}
	cmd := exec.Command(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir = tmp
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm ci in %s: %w\n%s", dir, err, bytes.TrimSpace(out))
	}
	return os.WriteFile(filepath.Join(tmp, modules, lockName), lock, 0o666)
}

// replaceModules moves the new packages into place, unless another runner was
// faster.
func replaceModules(dir, tmp string, lock []byte) error {
	place := filepath.Join(dir, modules)
	if !installed(dir, lock) {
		// Renamed away rather than removed: the place is empty for a moment only.
		os.Rename(place, filepath.Join(tmp, "old"))
	}
	err := os.Rename(filepath.Join(tmp, modules), place)
	if err != nil && installed(dir, lock) {
		return nil
	}
	return err
}
