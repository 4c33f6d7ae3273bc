package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// findGOROOT asks the go command, which knows about toolchain switching: the
// glue must be that of the toolchain that built the program.
func findGOROOT() (string, error) {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if dir := strings.TrimSpace(string(out)); err == nil && dir != "" {
		return dir, nil
	}
	if dir := os.Getenv("GOROOT"); dir != "" {
		return dir, nil
	}
	return "", fmt.Errorf("no Go toolchain, whose wasm_exec.js is needed: put the go command on PATH or set GOROOT (%w)", err)
}

// findGlue returns the path of wasm_exec.js, which moved to lib in Go 1.24. It
// is never copied: it and the compiler's output change together.
func findGlue(goroot string) (string, error) {
	var errs []error
	for _, dir := range []string{"lib", "misc"} {
		file := filepath.Join(goroot, dir, "wasm", "wasm_exec.js")
		_, err := os.Stat(file)
		if err == nil {
			return file, nil
		}
		errs = append(errs, err)
	}
	return "", fmt.Errorf("the Go toolchain lacks wasm_exec.js: %w", errors.Join(errs...))
}
