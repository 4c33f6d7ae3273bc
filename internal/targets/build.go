package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

const (
	module = "github.com/amphiwire/amphiwire"
	rows   = module + "/internal/conformance"
	runner = module + "/wasm_exec"
)

// binaries is what was built, in a folder of its own.
type binaries struct {
	dir        string
	native, js string // the rows
	runner     string // wasm_exec
}

// build makes what the targets of o need.
func build(ctx context.Context, o *options) (*binaries, error) {
	dir, err := os.MkdirTemp("", "targets")
	if err != nil {
		return nil, err
	}
	b := &binaries{dir: dir,
		native: filepath.Join(dir, "native.test"),
		js:     filepath.Join(dir, "js.test"),
		runner: filepath.Join(dir, "wasm_exec"),
	}
	if err := b.build(ctx, o); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return b, nil
}

func (b *binaries) build(ctx context.Context, o *options) error {
	if slices.Contains(o.targets, "native") {
		args := []string{"test", "-c", "-o", b.native}
		if o.race {
			args = append(args, "-race")
		}
		if err := goCommand(ctx, nil, append(args, rows)...); err != nil {
			return err
		}
	}
	if slices.Equal(o.targets, []string{"native"}) {
		return nil
	}
	if err := goCommand(ctx, nil, "build", "-o", b.runner, runner); err != nil {
		return err
	}
	return goCommand(ctx, []string{"GOOS=js", "GOARCH=wasm"}, "test", "-c", "-o", b.js, rows)
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
