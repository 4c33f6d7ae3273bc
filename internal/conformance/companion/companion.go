// Package companion runs the companion server as a process of its own, for
// those who reach it by URL alone.
package companion

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Program is the import path of the companion server.
const Program = "github.com/amphiwire/amphiwire/testserver/cmd/testserver"

// A Server is a companion server that runs.
type Server struct {
	// Environ names the server to programs: AMPHIWIRE_HTTP and AMPHIWIRE_WS.
	Environ []string

	cmd  *exec.Cmd
	rest chan struct{} // closed when all of its output has been read
	dir  string
}

// Start builds the companion server, starts it and waits for its URLs. Stop
// ends it.
func Start() (*Server, error) {
	dir, err := os.MkdirTemp("", "amphiwire")
	if err != nil {
		return nil, err
	}
	binary := filepath.Join(dir, "testserver")
	s := &Server{dir: dir, cmd: exec.Command(binary), rest: make(chan struct{})}
	if out, err := exec.Command("go", "build", "-o", binary, Program).CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("building the companion server: %w\n%s", err, out), os.RemoveAll(dir))
	}
	if err := s.start(); err != nil {
		return nil, errors.Join(fmt.Errorf("starting the companion server: %w", err), s.Stop())
	}
	return s, nil
}

// start runs the program. Its own complaints go to stderr, as they are no
// part of what it promises to print.
func (s *Server) start() error {
	s.cmd.Stderr = os.Stderr
	stdout, err := s.cmd.StdoutPipe()
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		close(s.rest)
		return err
	}
	lines := bufio.NewScanner(stdout)
	s.Environ, err = urls(lines)
	go func() { // a full pipe would make the server wait
		defer close(s.rest)
		_, _ = io.Copy(io.Discard, stdout)
	}()
	return err
}

// urls reads the lines "http URL" and "ws URL", which come first.
func urls(lines *bufio.Scanner) (environ []string, err error) {
	for _, scheme := range []string{"http", "ws"} {
		if !lines.Scan() {
			return nil, errors.Join(errors.New("it ended before it printed its URLs"), lines.Err())
		}
		url, ok := strings.CutPrefix(lines.Text(), scheme+" ")
		if !ok {
			return nil, fmt.Errorf("it printed %q where its %s URL was expected", lines.Text(), scheme)
		}
		environ = append(environ, "AMPHIWIRE_"+strings.ToUpper(scheme)+"="+url)
	}
	return environ, nil
}

// patience is how long the server may take to end in good order.
const patience = 10 * time.Second

// Stop asks the server to end, waits for it, and removes the program. A
// server that does not end in time is killed, and that is an error.
func (s *Server) Stop() error {
	defer os.RemoveAll(s.dir)
	if s.cmd.Process == nil {
		return nil
	}
	kill := time.AfterFunc(patience, func() { _ = s.cmd.Process.Kill() })
	defer kill.Stop()
	_ = s.cmd.Process.Signal(os.Interrupt) // if it has ended already, Wait says how
	<-s.rest
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("the companion server: %w", err)
	}
	return nil
}
