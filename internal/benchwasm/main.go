// Command benchwasm measures package client in JavaScript engines against a
// plain JavaScript client that does the same in the same page.
//
//	go run ./internal/benchwasm -in chromium,firefox,webkit,node
//
// The two take turns, first one and then the other, so that whatever else the
// machine does hits both. A line is one kind of work: messages per second of
// the medians, and the median of the ratios of the pairs of turns, with the
// least and the greatest. Each engine runs twice: with the glue, amphiwire.js,
// and without. A page works for 5 seconds, and for 1 to 2 with each kind of
// work, before anything is measured, so that the engine has compiled both
// clients as well as it can.
//
// The tables of memory are about 1,500 messages of 1 MiB, received one after
// the other: by how much the memory of all of the engine's processes (their
// proportional set size) grows at most. Each client has an engine of its own
// there.
//
// # Flags
//
//	-in chromium,firefox,webkit,node
//	      the engines; default chromium
//	-roads glue,plain
//	      with the glue, without it, or both
//	-run regexp
//	      only the work whose names match; "memory" is one
//	-rounds n
//	      pairs of turns; default 5
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"syscall"
)

// options is the command line.
type options struct {
	engines, roads []string
	only           *regexp.Regexp
	rounds         int
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := command(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "benchwasm:", err)
		os.Exit(1)
	}
}

// command measures everything that was asked for.
func command(ctx context.Context, args []string) error {
	o, err := parseOptions(args)
	if err != nil {
		return err
	}
	b, err := newBench(ctx)
	if err != nil {
		return err
	}
	defer b.close()
	for _, engine := range o.engines {
		for _, road := range o.roads {
			if err := b.speed(ctx, o, engine, road); err != nil {
				return fmt.Errorf("%s, %s: %w", engine, road, err)
			}
		}
		if err := b.memory(ctx, o, engine); err != nil {
			return fmt.Errorf("%s, memory: %w", engine, err)
		}
	}
	return nil
}

func parseOptions(args []string) (*options, error) {
	o := &options{}
	fs := flag.NewFlagSet("benchwasm", flag.ContinueOnError)
	in := fs.String("in", "chromium", "the `engines`: chromium, firefox, webkit, node")
	roads := fs.String("roads", "glue,plain", "with amphiwire.js, without, or both")
	only := fs.String("run", "", "only the work whose names match this `regexp`")
	fs.IntVar(&o.rounds, "rounds", 5, "pairs of turns")
	if err := fs.Parse(args); err != nil {
		return nil, err
	}
	o.engines, o.roads = strings.Split(*in, ","), strings.Split(*roads, ",")
	for _, road := range o.roads {
		if road != "glue" && road != "plain" {
			return nil, fmt.Errorf("-roads %s: there are glue and plain", road)
		}
	}
	if o.rounds < 1 || fs.NArg() > 0 {
		return nil, errors.New("want -rounds of 1 or more, and no arguments")
	}
	var err error
	o.only, err = regexp.Compile(*only)
	return o, err
}
