//go:build js

package main

import (
	"errors"
	"os"
	"os/exec"
)

// js/wasm cannot start processes: exec.Cmd.Start says so before any of these
// matters. They are here so that the package builds for every target.

func ownGroup(*exec.Cmd) {}

func signalGroup(int, os.Signal) error { return errors.ErrUnsupported }

func groupLives(int) bool { return false }
