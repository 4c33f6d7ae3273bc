package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// farewell is what a program has to clean up after an interrupt before it is
// killed: a runner ends its browser and removes the profile.
const farewell = 10 * time.Second

// run runs the rows on one target.
func (b *binaries) run(ctx context.Context, o *options, target string, environ []string) *result {
	limit := o.timeout + o.overtime
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("still running after %v, and was ended", limit))
	defer cancel()
	cmd := b.command(ctx, o, target)
	engine, road := engineOf(target)
	cmd.Env = append(append(os.Environ(), "AMPHIWIRE_TARGET="+engine, "AMPHIWIRE_ROAD="+road), environ...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if o.verbose {
		cmd.Stdout, cmd.Stderr = io.MultiWriter(&stdout, os.Stdout), io.MultiWriter(&stderr, os.Stderr)
	}
	err := cmd.Run()
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	events, convertErr := convert(&stdout)
	r := parse(target, events)
	r.err = errors.Join(r.err, convertErr, r.blame(err, stderr.String()))
	return r
}

// command is what starts the rows on target.
func (b *binaries) command(ctx context.Context, o *options, target string) *exec.Cmd {
	argv := []string{b.native}
	switch engine, road := engineOf(target); {
	case engine == "native":
	case road == "plain":
		argv = []string{b.runner, "-in", engine, "-plain", b.js}
	default:
		argv = []string{b.runner, "-in", engine, b.js}
	}
	argv = append(argv, "-test.v=test2json", "-test.timeout="+o.timeout.String())
	if o.run != "" {
		argv = append(argv, "-test.run="+o.run)
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = farewell
	return cmd
}

// engineOf returns the engine of a target, which rows know it by, and the road
// that its messages take.
func engineOf(target string) (engine, road string) {
	engine, glued := strings.CutSuffix(target, glue)
	if glued {
		return engine, "glue"
	}
	return engine, "plain"
}

// convert turns the output of a test binary into events.
func convert(output io.Reader) (io.Reader, error) {
	cmd := exec.Command("go", "tool", "test2json")
	cmd.Stdin = output
	events, err := cmd.Output()
	if err != nil {
		return bytes.NewReader(nil), fmt.Errorf("go tool test2json: %w", err)
	}
	return bytes.NewReader(events), nil
}

// blame returns err, the end of the run, unless a failed row explains it.
func (r *result) blame(err error, stderr string) error {
	var exit *exec.ExitError
	if err == nil || errors.As(err, &exit) && r.count(failed) > 0 {
		return nil
	}
	if stderr = strings.TrimSpace(stderr); stderr != "" {
		return fmt.Errorf("%w\n%s", err, stderr)
	}
	return err
}
