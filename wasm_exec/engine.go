package main

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// engine is a place where a program can run.
type engine interface {
	// run starts the program and blocks until it has ended, by itself, by a
	// signal or by its time limit, and nothing of it is left. It returns the
	// program's exit code; with an error, the one to exit with.
	run(p *program, signals <-chan os.Signal) (int, error)
}

// engines lists them by the name that -in takes. An engine of another kind
// has a file of its own and one line here.
var engines = map[string]engine{
	"node":     node{},
	"chromium": inBrowser{chromium{}},
	"firefox":  inBrowser{firefox{}},
	"webkit":   inBrowser{webkit{}},
}

func engineNames() []string { return slices.Sorted(maps.Keys(engines)) }

// missingError says that an engine, or a part of it, is not installed.
type missingError struct {
	What     string   // for people
	Programs []string // looked for, in order
	Packages string   // of Debian and Ubuntu
}

func (e *missingError) Error() string {
	return fmt.Sprintf("%s is not installed (looked for %s); on Debian and Ubuntu: apt-get install %s",
		e.What, strings.Join(e.Programs, ", "), e.Packages)
}

// lookUp returns the path of the first of the programs that is on PATH.
func lookUp(what, packages string, programs ...string) (string, error) {
	for _, name := range programs {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", &missingError{What: what, Programs: programs, Packages: packages}
}
