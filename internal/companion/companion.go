// Package companion builds this repository's programs and runs the companion
// server as a process of its own, for tools and tests that must reach it by
// URL.
package companion

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Module is the path that packages of this repository begin with.
const Module = "github.com/amphiwire/amphiwire/"

// Build builds package pkg, a path below Module, into dir and returns the
// file. extra is added to the environment ("GOOS=js", "GOARCH=wasm").
func Build(dir, pkg string, extra ...string) (string, error) {
	out := filepath.Join(dir, strings.NewReplacer("/", "-", ".", "").Replace(pkg+strings.Join(extra, "-")))
	cmd := exec.Command("go", "build", "-o", out, Module+pkg)
	cmd.Env = append(os.Environ(), extra...)
	if log, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building %s: %w\n%s", pkg, err, log)
	}
	return out, nil
}

// Root is the folder of this repository on this machine.
func Root() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("looking for the repository: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// A Server is a running companion server.
type Server struct {
	HTTP, WS string // base URLs, without a slash at the end
	cmd      *exec.Cmd
}

// Start runs the companion server from file, as built from
// testserver/cmd/testserver, at addr ("127.0.0.1:0": a free port), and returns
// when it listens.
func Start(file, addr string) (*Server, error) {
	s := &Server{cmd: exec.Command(file, "-addr", addr)}
	s.cmd.Stderr = os.Stderr
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the companion server: %w", err)
	}
	lines := bufio.NewScanner(stdout)
	for (s.HTTP == "" || s.WS == "") && lines.Scan() {
		name, url, _ := strings.Cut(lines.Text(), " ")
		switch name {
		case "http":
			s.HTTP = url
		case "ws":
			s.WS = url
		}
	}
	if s.HTTP == "" || s.WS == "" {
		s.Stop()
		return nil, fmt.Errorf("the companion server at %s ended without printing its URLs", addr)
	}
	return s, nil
}

// Addr is the host and port that the server listens at.
func (s *Server) Addr() string { return strings.TrimPrefix(s.HTTP, "http://") }

// Stop ends the server in order, and if that takes too long, at once.
func (s *Server) Stop() error {
	s.cmd.Process.Signal(os.Interrupt)
	kill := time.AfterFunc(10*time.Second, func() { s.cmd.Process.Kill() })
	defer kill.Stop()
	return s.cmd.Wait()
}

// Kill ends the server without a word to its clients.
func (s *Server) Kill() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
}
