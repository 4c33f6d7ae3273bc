package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// program is one wasm program with all that a run of it needs to know.
type program struct {
	*options
	wasm       string            // its file, absolute
	env        map[string]string // all of it that the program sees
	cwd, tmp   string            // the folders it starts in and puts temporary files in
	goroot     string            // of the toolchain, whose files tests may read
	glue       string            // that toolchain's wasm_exec.js
	outputs    outputs           // the files it may write for real
	cpuProfile bool              // it was asked for one, which it cannot have
}

// newProgram looks up what the options leave open. Its errors name the file
// that is missing.
func newProgram(o *options) (*program, error) {
	p := &program{options: o, tmp: os.TempDir()}
	var err error
	if p.cwd, err = os.Getwd(); err != nil {
		return nil, err
	}
	if p.wasm, err = filepath.Abs(o.argv[0]); err != nil {
		return nil, err
	}
	for _, file := range append([]string{o.argv[0], o.page}, o.scripts...) {
		if err := readable(file); err != nil {
			return nil, err
		}
	}
	if p.goroot, err = findGOROOT(); err != nil {
		return nil, err
	}
	if p.glue, err = findGlue(p.goroot); err != nil {
		return nil, err
	}
	p.env = selectEnv(os.Environ(), o.env)
	p.env["TMPDIR"] = p.tmp
	// How we get stacks is a panic, which must show more than one goroutine.
	if p.env["GOTRACEBACK"] == "" {
		p.env["GOTRACEBACK"] = "all"
	}
	p.outputs = findOutputs(p.cwd, o.argv[1:], p.env["GOCOVERDIR"])
	p.cpuProfile = testFlag(o.argv[1:], "cpuprofile") != ""
	return p, checkRoom(o.argv, p.env)
}

// readable reports why a file named on the command line cannot be used.
// Browsers would only say that a fetch failed.
func readable(file string) error {
	if file == "" {
		return nil
	}
	st, err := os.Stat(file)
	if err == nil && !st.Mode().IsRegular() {
		err = fmt.Errorf("%s: not a regular file", file)
	}
	return err
}

// limit is how long the program may run; 0 means for ever. The test binary's
// own timeout comes first, since it knows which test it was.
func (p *program) limit() time.Duration {
	const standard = 10 * time.Minute
	if p.timeout != 0 {
		return max(p.timeout, 0)
	}
	own, err := time.ParseDuration(testFlag(p.argv[1:], "timeout"))
	switch {
	case err != nil:
		return standard
	case own == 0: // what package testing calls no timeout
		return 0
	}
	return own + time.Minute
}
