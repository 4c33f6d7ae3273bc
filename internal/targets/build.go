package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/amphiwire/amphiwire/internal/companion"
)

// rows is the package whose tests are run.
const rows = companion.Module + "internal/conformance"

// binaries are the files of what was built.
type binaries struct {
	server     string // the companion server
	runner     string // wasm_exec
	native, js string // the rows
}

// build makes what the targets of o need, in dir.
func build(ctx context.Context, o *options, dir string) (*binaries, error) {
	b := &binaries{native: filepath.Join(dir, "native.test"), js: filepath.Join(dir, "js.test")}
	var err error
	if b.server, err = companion.Build(dir, "testserver/cmd/testserver"); err != nil {
		return nil, err
	}
	if slices.Contains(o.targets, "native") {
		args := []string{"test", "-c", "-o", b.native}
		if o.race {
			args = append(args, "-race")
		}
		if err := goCommand(ctx, nil, append(args, rows)...); err != nil {
			return nil, err
		}
	}
	if slices.Equal(o.targets, []string{"native"}) {
		return b, nil
	}
	if b.runner, err = companion.Build(dir, "wasm_exec"); err != nil {
		return nil, err
	}
	return b, goCommand(ctx, []string{"GOOS=js", "GOARCH=wasm"}, "test", "-c", "-o", b.js, rows)
}

// goCommand runs the go command; its complaints become the error.
func goCommand(ctx context.Context, environ []string, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Env = append(os.Environ(), environ...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("go %v: %w\n%s", args, err, out)
	}
	return nil
}
