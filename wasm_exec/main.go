package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// main is also the entry of the keeper, see keep.
func main() {
	if len(os.Args) > 1 && os.Args[1] == keepArg {
		os.Exit(keep(os.Args[2:]))
	}
	code, err := command(os.Args[1:])
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "wasm_exec:", err)
	}
	os.Exit(code)
}

// command does what the command line asks for and returns the exit code: the
// program's own if it ended by itself.
func command(args []string) (int, error) {
	// From here on a signal ends the program in order, wherever we are.
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT)
	defer signal.Stop(signals)

	opts, err := parseOptions(args, os.Stderr)
	if err != nil {
		return 2, err
	}
	p, err := newProgram(opts)
	if err != nil {
		return 1, err
	}
	if p.cpuProfile {
		fmt.Fprintln(os.Stderr, "wasm_exec: -test.cpuprofile is ignored: Go has no CPU profiler on js/wasm; the browser's own developer tools have one (-serve)")
	}
	if opts.serve {
		return serve(p, signals)
	}
	return engines[opts.engine].run(p, signals)
}
