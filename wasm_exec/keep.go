package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

const (
	// keepArg as first argument makes this program the keeper of another. It
	// is followed by the folder to remove, the flag for a process group, and
	// the command.
	keepArg = "-keep"
	// lifelineFD is the first of exec.Cmd.ExtraFiles.
	lifelineFD = 3
	// quitByte on the lifeline asks for SIGQUIT.
	quitByte = 'q'
	// ending is how long processes may take to end when they are asked to.
	ending = 2 * time.Second
)

// keep starts a command and ends it when it is told to or when the other end
// of the lifeline is gone: a pipe is closed even for a runner that was killed
// with SIGKILL, and unlike a parent death signal it works on every system,
// whichever thread started us. Then it removes the folder. It returns the
// command's exit code, as a shell would.
func keep(args []string) int {
	dir, group, argv := args[0], args[1] != "", args[2:]
	// Signals, as from the terminal, are for the runner to act on. (They are
	// caught rather than ignored, because ignoring is inherited.)
	signal.Notify(make(chan os.Signal, 1))
	syscall.CloseOnExec(lifelineFD)

	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if group {
		ownGroup(cmd)
	}
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "wasm_exec:", err)
		removeAll(dir)
		return 126
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		cmd.Wait()
	}()
	select {
	case <-ended:
	case <-lifelineCut(cmd.Process):
	}
	end(cmd.Process, group, ended)
	removeAll(dir)
	return exitCode(cmd.ProcessState)
}

// lifelineCut returns a channel that is closed when the runner closed the
// lifeline or is gone. Until then it passes requests on.
func lifelineCut(p *os.Process) <-chan struct{} {
	cut := make(chan struct{})
	go func() {
		defer close(cut)
		lifeline := os.NewFile(lifelineFD, "lifeline")
		buf := make([]byte, 1)
		for {
			if _, err := lifeline.Read(buf); err != nil {
				return
			}
			if buf[0] == quitByte {
				p.Signal(syscall.SIGQUIT)
			}
		}
	}()
	return cut
}

// end asks the process to end, waits, and kills what is left then. Of a group
// it means every member: they outlive their leader for a moment.
func end(p *os.Process, group bool, ended <-chan struct{}) {
	send := p.Signal
	if group {
		send = func(s os.Signal) error { return signalGroup(p.Pid, s) }
	}
	send(syscall.SIGTERM)
	deadline := time.Now().Add(ending)
	select {
	case <-ended:
	case <-time.After(ending):
	}
	for group && groupLives(p.Pid) && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
	}
	send(syscall.SIGKILL)
	<-ended
}

// removeAll removes a folder in which a dying process may still create files.
func removeAll(dir string) {
	if dir == "" {
		return
	}
	for range 40 {
		if os.RemoveAll(dir) == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	fmt.Fprintln(os.Stderr, "wasm_exec: left behind:", dir)
}

// exitCode is the code that a shell would show.
func exitCode(st *os.ProcessState) int {
	if ws, ok := st.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return 128 + int(ws.Signal())
	}
	return st.ExitCode()
}
