package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

// screenshotLimit is how long a browser may take for a picture.
const screenshotLimit = 10 * time.Second

// browser is a program that shows a page at a URL.
type browser interface {
	// find returns the path of the installed browser, or a *missingError.
	find() (string, error)
	// prepare fills the browser's own new folder, which is empty.
	prepare(dir string) error
	// command is the command line that opens url for a program, with
	// everything that the browser writes in dir, and what it needs beside our
	// own environment.
	command(path, dir, url string, p *program) (argv, env []string)
}

// inBrowser is the engine that a browser makes.
type inBrowser struct{ browser }

// run needs no driver protocol of the browser's: it is started with the
// address of a page, and the page does the rest.
func (b inBrowser) run(p *program, signals <-chan os.Signal) (int, error) {
	path, err := b.find()
	if err != nil {
		return 1, err
	}
	s, err := listen(p)
	if err != nil {
		return 1, err
	}
	defer s.close()
	var log tail
	proc, err := b.open(path, s.url(), p, browserLog(p, &log))
	if err != nil {
		return 1, err
	}
	defer proc.stop()
	over := make(chan struct{})
	defer close(over)
	r := running{exit: s.exit, died: death(s, proc, &log, over), stacks: s.askStacks}
	code, err := r.wait(signals, p.limit())
	if err == nil && p.screenshot != "" {
		err = takeScreenshot(s, proc, p.screenshot)
	}
	return failing(code, err), err
}

// death returns a channel that gets an error when the browser has ended or
// the page has left it, unless the run is over by then. The browser's log is
// the only thing that may say why.
func death(s *server, proc *process, log *tail, over <-chan struct{}) <-chan error {
	died := make(chan error, 1)
	go func() {
		select {
		case <-proc.done:
			died <- fmt.Errorf("the browser ended before the program did\n%s", log.String())
		case <-s.gone:
			died <- fmt.Errorf("the page went away before the program ended\n%s", log.String())
		case <-over:
		}
	}()
	return died
}

// takeScreenshot lets the page be complete, whereupon the browser writes the
// picture and ends.
func takeScreenshot(s *server, proc *process, file string) error {
	os.Remove(file) // that of an earlier run
	close(s.mayEnd)
	select {
	case <-proc.done:
	case <-time.After(screenshotLimit):
	}
	if _, err := os.Stat(file); err != nil {
		return fmt.Errorf("the browser took no screenshot: %w", err)
	}
	return nil
}

// open starts the browser in a new folder, which goes when it ends.
func (b inBrowser) open(path, url string, p *program, log io.Writer) (*process, error) {
	dir, err := os.MkdirTemp("", "wasm_exec-")
	if err != nil {
		return nil, err
	}
	if err := b.prepare(dir); err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	argv, env := b.command(path, dir, url, p)
	proc, err := start(launch{
		argv: argv, env: append(browserEnv(os.Environ(), dir), env...), dir: dir, group: true, stdout: log, stderr: log,
	})
	if err != nil {
		os.RemoveAll(dir)
	}
	return proc, err
}

// browserEnv changes an environment so that whatever a browser and its helpers
// write, they write in dir, and that no proxy comes between them and this
// machine: engines differ in what they exempt.
func browserEnv(environ []string, dir string) []string {
	env := slices.DeleteFunc(slices.Clone(environ), func(kv string) bool {
		name, _, _ := strings.Cut(kv, "=")
		return strings.HasSuffix(strings.ToLower(name), "_proxy")
	})
	for _, name := range []string{"HOME", "TMPDIR", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"} {
		env = append(env, name+"="+dir) // the last one counts
	}
	return env
}

// browserLog is where the browser's own output goes. It is noise (missing
// buses, missing cards) until something goes wrong.
func browserLog(p *program, t *tail) io.Writer {
	if p.verbose {
		return os.Stderr
	}
	return t
}

// serve serves the page to whoever has its URL until a signal comes. Several
// pages may run the program at a time; their output mixes.
func serve(p *program, signals <-chan os.Signal) (int, error) {
	s, err := listen(p)
	if err != nil {
		return 1, err
	}
	defer s.close()
	fmt.Fprintln(os.Stderr, "wasm_exec: open", s.url(), "(interrupt to end)")
	for {
		select {
		case code := <-s.exit:
			fmt.Fprintln(os.Stderr, "wasm_exec: the program ended with exit code", code)
		case sig := <-signals:
			if sig == os.Interrupt { // the way to end it
				return 0, nil
			}
			return signalCode(sig), nil
		}
	}
}
