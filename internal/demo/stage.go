package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/amphiwire/amphiwire/internal/companion"
)

const (
	runTimeout = time.Minute
	restartAt  = "tick 4" // the line at which the server is killed
	tickerPath = "/sse/count?n=10&interval=150&retry=200"
)

// A stage is what the examples need to be run.
type stage struct {
	server  string            // the companion server's program
	runner  string            // wasm_exec's
	native  map[string]string // the examples', by name
	wasm    map[string]string
	picture string
	root    string                  // the repository's
	policy  func(url string) string // of the pages, by the URL that the example is given
}

// newStage builds it all.
func newStage(dir string, targets []string, picture string) (*stage, error) {
	s := &stage{native: map[string]string{}, wasm: map[string]string{}, picture: picture, policy: strictPolicy}
	var err error
	if s.root, err = companion.Root(); err != nil {
		return nil, err
	}
	build := func(pkg string, extra ...string) (file string) {
		if err == nil {
			file, err = companion.Build(dir, pkg, extra...)
		}
		return file
	}
	s.server = build("testserver/cmd/testserver")
	if slices.ContainsFunc(targets, func(t string) bool { return t != "native" }) {
		s.runner = build("wasm_exec")
	}
	for _, name := range []string{"echo", "ticker"} {
		s.native[name] = build("examples/" + name)
		s.wasm[name] = build("examples/"+name, "GOOS=js", "GOARCH=wasm")
	}
	return s, err
}

// echo runs the echo example against a server of its own and returns what it
// printed.
func (s *stage) echo(target string) ([]string, error) {
	server, err := companion.Start(s.server, "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer server.Stop()
	return s.run(target, "echo", server.WS+"/ws/echo", nil)
}

// ticker runs the ticker example, and kills the server and starts it anew at
// the same address while it runs.
func (s *stage) ticker(target string) ([]string, error) {
	server, err := companion.Start(s.server, "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer func() { server.Stop() }()
	return s.run(target, "ticker", server.HTTP+tickerPath, func(line string) error {
		if line != restartAt {
			return nil
		}
		server.Kill()
		again, err := companion.Start(s.server, server.Addr())
		if err == nil {
			server = again
		}
		return err
	})
}

// run runs an example and returns the lines that it printed. each is called
// for every line as it comes.
func (s *stage) run(target, name, url string, each func(line string) error) ([]string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), runTimeout)
	defer cancel()
	var stderr bytes.Buffer
	cmd := s.command(ctx, target, name, url)
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	lines, err := collect(bufio.NewScanner(stdout), each)
	if err != nil {
		cmd.Cancel()
	}
	if werr := cmd.Wait(); err == nil && werr != nil {
		err = fmt.Errorf("%s: %w\n%s%s", name, werr, strings.Join(lines, "\n"), stderr.Bytes())
	}
	return lines, err
}

func collect(output *bufio.Scanner, each func(string) error) (lines []string, err error) {
	for output.Scan() {
		lines = append(lines, output.Text())
		if each != nil {
			if err := each(output.Text()); err != nil {
				return lines, err
			}
		}
	}
	return lines, output.Err()
}

func (s *stage) command(ctx context.Context, target, name, url string) *exec.Cmd {
	if target == "native" {
		return interruptible(ctx, s.native[name], url)
	}
	args := []string{"-in", target}
	if target != "node" {
		args = append(args, "-page", s.page(name), "-csp", s.policy(url))
	}
	if target == "chromium" && name == "ticker" && s.picture != "" {
		args = append(args, "-screenshot", s.picture)
	}
	return interruptible(ctx, s.runner, append(args, s.wasm[name], url)...)
}

// page is the page of an example, from wherever the program was started.
func (s *stage) page(name string) string {
	return filepath.Join(s.root, "examples", name, "index.html")
}

// strictPolicy is the Content-Security-Policy under which the pages run: no
// script but from files of their own, no eval, no inline script or style.
func strictPolicy(url string) string {
	scheme, rest, _ := strings.Cut(url, "://")
	host, _, _ := strings.Cut(rest, "/")
	return "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; " +
		// A page's own server is 'self' for its WebSockets too; this one is
		// another.
		"connect-src 'self' " + scheme + "://" + host
}

// interruptible is a command that gets a chance to clean up when ctx ends.
func interruptible(ctx context.Context, file string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, file, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}
