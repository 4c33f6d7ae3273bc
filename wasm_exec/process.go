package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"time"
)

// launch describes a process to start.
type launch struct {
	argv           []string // argv[0] is a path
	env            []string
	dir            string // a folder of its own, removed at the end; "" for none
	group          bool   // a process group of its own, ended as a whole
	stdin          io.Reader
	stdout, stderr io.Writer
}

// process is a process that was started, with everything it started itself.
// It runs below a keeper (see keep), so that it ends when we do, however we
// end.
type process struct {
	done     chan struct{} // closed when it has ended and nothing is left
	code     int           // its exit code, once done is closed
	lifeline *os.File
}

// start starts it. The keeper is this same program, and learns through the
// lifeline, a pipe that only we hold, what it shall do.
func start(l launch) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	args := append([]string{keepArg, l.dir, flagText(l.group)}, l.argv...)
	cmd := exec.Command(self, args...)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = l.env, l.stdin, l.stdout, l.stderr
	cmd.ExtraFiles = []*os.File{r}
	// Something that left the process group may hold our pipes open.
	cmd.WaitDelay = time.Second
	if l.group {
		ownGroup(cmd)
	}
	if err := cmd.Start(); err != nil {
		w.Close()
		return nil, err
	}
	p := &process{done: make(chan struct{}), lifeline: w}
	go p.wait(cmd)
	return p, nil
}

// wait notes the keeper's exit code, which is that of the command.
func (p *process) wait(cmd *exec.Cmd) {
	defer close(p.done)
	err := cmd.Wait()
	p.code = cmd.ProcessState.ExitCode()
	// A keeper that was killed, or whose pipes did not close.
	if p.code < 0 || p.code == 0 && err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		p.code = 1
	}
}

// quit sends SIGQUIT to the process.
func (p *process) quit() { p.lifeline.Write([]byte{quitByte}) }

// stop ends the process, if it still runs, and returns once nothing of it is
// left.
func (p *process) stop() {
	p.lifeline.Close()
	<-p.done
}

// flagText is a truth value as an argument of the keeper's.
func flagText(b bool) string {
	if b {
		return "1"
	}
	return ""
}
