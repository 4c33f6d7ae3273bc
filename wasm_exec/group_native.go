//go:build !js

package main

import (
	"os"
	"os/exec"
	"syscall"
)

// ownGroup makes the command the leader of a new process group. A browser is
// many processes, and the terminal's Ctrl-C is not meant for it.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// signalGroup signals all processes of the group that pid leads.
func signalGroup(pid int, s os.Signal) error {
	return syscall.Kill(-pid, s.(syscall.Signal))
}

// groupLives reports whether a process of the group that pid leads runs.
func groupLives(pid int) bool {
	return syscall.Kill(-pid, 0) == nil && !onlyZombies("/proc", pid)
}
