// Command targets runs the conformance rows on several targets and compares
// what passed.
//
//	go run ./internal/targets -in native,node,chromium
//
// It builds the companion server, the runner for js/wasm programs and the
// rows once, runs the rows on one target after another against one server,
// and prints a column for each target and every row that did not pass on all
// of them, with the reason.
//
// The exit status is 1 if a row failed anywhere; if the sets of names that
// passed differ, other than by exceptions that rows declare; if a target ran
// nothing; or if a target ended badly for another reason, as when goroutines
// were left behind. The last line is "N passed, N failed".
//
// # Flags
//
//	-in native,node,chromium,firefox,webkit,node+glue,chromium+glue,…
//	      the targets; default native,node,chromium+glue. Without "+glue" an
//	      engine runs the program without amphiwire.js.
//	-race
//	      build the native rows with the race detector
//	-run regexp
//	      only the rows whose names match, as with go test
//	-timeout d
//	      what one target may take; default 10m
//	-v    show each target's output as it comes
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/amphiwire/amphiwire/internal/companion"
)

// options is the command line.
type options struct {
	targets []string
	race    bool
	run     string
	verbose bool
	// timeout is the tests' own, at which they print goroutine stacks;
	// overtime is what a program that is beyond that gets in addition.
	timeout, overtime time.Duration
}

// known are the targets there are. All but native are engines of wasm_exec,
// each without amphiwire.js and with it.
var known = []string{"native", "node", "chromium", "firefox", "webkit", "node" + glue, "chromium" + glue, "firefox" + glue, "webkit" + glue}

// glue is the end of a target's name where amphiwire.js is loaded.
const glue = "+glue"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ok, err := command(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "targets:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

// command does what the command line asks for and reports whether all is well.
func command(ctx context.Context, args []string) (ok bool, err error) {
	o, err := parseOptions(args)
	if err != nil {
		return false, err
	}
	dir, err := os.MkdirTemp("", "targets")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	b, err := build(ctx, o, dir)
	if err != nil {
		return false, err
	}
	server, err := companion.Start(b.server, "127.0.0.1:0")
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	environ := []string{"AMPHIWIRE_HTTP=" + server.HTTP, "AMPHIWIRE_WS=" + server.WS}
	var results []*result
	for _, target := range o.targets {
		r := b.run(ctx, o, target, environ)
		if ctx.Err() != nil {
			return false, errors.New("interrupted")
		}
		results = append(results, r)
	}
	return compare(results).print(os.Stdout), nil
}

func parseOptions(args []string) (*options, error) {
	o := &options{overtime: 90 * time.Second}
	fs := flag.NewFlagSet("targets", flag.ContinueOnError)
	in := fs.String("in", "native,node,chromium+glue", "the `targets`: "+strings.Join(known, ", "))
	fs.BoolVar(&o.race, "race", false, "build the native rows with the race detector")
	fs.StringVar(&o.run, "run", "", "only rows whose names match this `regexp`, as with go test")
	fs.DurationVar(&o.timeout, "timeout", 10*time.Minute, "what one target may take")
	fs.BoolVar(&o.verbose, "v", false, "show each target's output as it comes")
	if err := fs.Parse(args); err != nil {
		return nil, err
	}
	if fs.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q", fs.Arg(0))
	}
	if o.timeout <= 0 {
		return nil, fmt.Errorf("-timeout %v: want more than 0", o.timeout)
	}
	o.targets = strings.Split(*in, ",")
	for i, target := range o.targets {
		if !slices.Contains(known, target) {
			return nil, fmt.Errorf("unknown target %q; there are %s", target, strings.Join(known, ", "))
		}
		if slices.Contains(o.targets[:i], target) {
			return nil, fmt.Errorf("target %s is named twice", target)
		}
	}
	return o, nil
}
