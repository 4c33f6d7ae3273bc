package main

import (
	"fmt"
	"io"
	"os"
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
	ended := make(chan struct{})
	defer close(ended)
	died := make(chan error, 1)
	go func() {
		select {
		case <-proc.done:
			died <- fmt.Errorf("the browser ended before the program did\n%s", log.String())
		case <-s.gone:
			died <- fmt.Errorf("the page went away before the program ended\n%s", log.String())
		case <-ended:
		}
	}()
	code, err := running{exit: s.exit, died: died, stacks: s.askStacks}.wait(signals, p.limit())
	if err == nil && p.screenshot != "" {
		err = takeScreenshot(s, proc, p.screenshot)
	}
	return failing(code, err), err
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
		argv: argv, dir: dir, group: true, stdout: log, stderr: log,
		// Whatever the browser and its helpers write, they write in dir.
		env: append(append(os.Environ(), "HOME="+dir, "TMPDIR="+dir, "XDG_RUNTIME_DIR="+dir,
			"XDG_CONFIG_HOME="+dir, "XDG_CACHE_HOME="+dir, "XDG_DATA_HOME="+dir), env...),
	})
	if err != nil {
		os.RemoveAll(dir)
	}
	return proc, err
}

func browserLog(p *program, t *tail) io.Writer {
	if p.verbose {
		return os.Stderr
	}
	return t
}

// serve serves the page to whoever has its URL until a signal comes.
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
